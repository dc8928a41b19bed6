"""Many cases through their whole life at once, by the real interface, from a draft to its end.

People do what is sensible most of the time, and what happens seldom at a wanted rate: they decline,
give back, ask for more, go home, let a lease run out, claim at the same moment, send a step twice.
At the end of each part everything that was said and stored is looked at.
"""

import random
from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

import orjson
from sqlalchemy import delete, select

from protocol import paths
from protocol.consultation import Action, Consultation, Phase
from protocol.queue import Claim
from protocol.report import OpinionDraft
from protocol.transition import IDEMPOTENCY_KEY
from server.store.tables import (
    ConsultationRow,
    FactRecipientRow,
    FactRow,
    OfferRow,
    TimelineRow,
    TimerRow,
)
from tests.server.in_process import Ear, TownWithin, kept_in_memory
from tests.server.people import Someone, Valley, make_valley, open_case
from tests.server.rows_of_cases import (
    OF_POOL,
    claims_at_once,
    holder_exactly_while_held,
    steps_of_the_table,
)
from tests.server.signing import OPINION, report_about, signed, signing_key

VALLEYS, EXPERTS = 3, 3
AT_ONCE = 24
"""Cases that are open at the same time."""
PART = 100
"""Cases after which everything is looked at."""
MINUTE_S = 60
URGENCIES = ("routine", "urgent", "emergency", "critical")
ENDED = frozenset(
    phase.value
    for phase in (Phase.RECEIVED, Phase.WITHDRAWN, Phase.ENTERED_IN_ERROR, Phase.ABORTED)
)


class Soak:
    """`ended` counts the cases whose life is over, by how; `steps` what was done."""

    def __init__(self, seed: int = 1) -> None:
        self.server = kept_in_memory("soak")
        self._chance = random.Random(seed)
        self.ended: Counter[str] = Counter()
        self.steps: Counter[str] = Counter()
        self._town = TownWithin(self.server)
        self._valleys = [make_valley(self._town) for _ in range(VALLEYS)]
        self._experts = {
            valley.department: [
                valley.expert,
                *(valley.another_expert() for _ in range(EXPERTS - 1)),
            ]
            for valley in self._valleys
        }
        self._keys = {one.id: signing_key(one) for some in self._experts.values() for one in some}
        self._open: dict[str, Valley] = {}
        self._lives: set[str] = set()
        self._seen: dict[str, Consultation] = {}
        """Open cases as who claimed them read them."""
        self._told: set[str] = set()
        """Steps of open cases that an earlier part has looked at."""
        self._ears: dict[UUID, Ear] = {}
        for someone in self._people():
            self._ears[someone.id] = self.server.connect(someone)

    def _people(self) -> list[Someone]:
        experts = [one for some in self._experts.values() for one in some]
        return [*(valley.doctor for valley in self._valleys), *experts]

    def close(self) -> None:
        self._town.close()
        self.server.end()

    def run(self, cases: int) -> None:
        """Raises `AssertionError` where a rule does not hold."""
        begun = 0
        while begun < cases or self._open:
            while begun < cases and len(self._open) < AT_ONCE:
                self._begin()
                begun += 1
            some = self._chance.sample(list(self._open), min(8, len(self._open)))
            standing = self.server.run(self._rows(some))
            for case_id in some:
                self._go_on(case_id, standing[case_id])
            self.server.pass_time(self._chance.choice((1, 5, 20, MINUTE_S, 5 * MINUTE_S)))
            if len(self._lives) - len(self._open) >= PART:
                self._look()
        self._look()

    # --- a life ----------------------------------------------------------------------------------

    def _begin(self) -> None:
        valley = self._chance.choice(self._valleys)
        more: dict[str, object] = {}
        if self._seldom(0.2):
            more["directed_expert_id"] = str(
                self._chance.choice(self._experts[valley.department]).id
            )
        case_id = open_case(valley, urgency=self._chance.choice(URGENCIES), **more)
        self._open[case_id] = valley
        self._lives.add(case_id)

    def _seldom(self, rate: float) -> bool:
        return self._chance.random() < rate

    def _go_on(self, case_id: str, row: ConsultationRow) -> None:
        """`row` may be a step behind: what no longer fits is refused."""
        valley = self._open[case_id]
        phase = Phase(row.phase)
        if row.phase in ENDED:
            self.ended[row.phase] += 1
            del self._open[case_id]
            self._seen.pop(case_id, None)
        elif phase is Phase.EDITING:
            self._do(valley.doctor, case_id, Action.SUBMIT)
        elif row.phase in OF_POOL and self._seldom(0.03):
            self._do(valley.doctor, case_id, Action.WITHDRAW, reason="病人已转院")
        elif row.phase in OF_POOL:
            self._answer(case_id, valley)
        elif phase is Phase.AWAITING_INFORMATION:
            self._do(valley.doctor, case_id, Action.RESUBMIT, checklist=["既往片已补"])
        elif phase is Phase.SIGNED:
            self._do(valley.doctor, case_id, Action.RECEIVE, decision="adopted")
        else:
            self._treat(case_id, row, valley)

    def _answer(self, case_id: str, valley: Valley) -> None:
        experts = self._experts[valley.department]
        if self._seldom(0.15):
            return  # everybody is busy: it rings out
        someone = self._chance.choice(experts)
        if self._seldom(0.1):
            self._do(someone, case_id, Action.DECLINE, decline_reason="too_busy", reason="在手术")
            return
        claimants = experts if self._seldom(0.2) else [someone]
        answers, _ = claims_at_once(self.server, case_id, claimants)
        for won in (one for one in answers if one.status_code == 200):
            self._seen[case_id] = Claim.model_validate_json(won.content).consultation
            self.steps["claim"] += 1

    def _treat(self, case_id: str, row: ConsultationRow, valley: Valley) -> None:
        holder = next(one for one in self._experts[valley.department] if one.id == row.holder_id)
        if case_id not in holder.claim or self._seldom(0.05):
            return  # nobody is at the computer: the lease runs out
        if not self._still_held(holder, case_id):
            holder.claim.pop(case_id)
        elif row.phase == Phase.SUSPENDED.value:
            self._do(holder, case_id, Action.RESUME)
        elif self._seldom(0.08):
            self._do(holder, case_id, Action.RELEASE, reason="急诊手术")
        elif row.phase == Phase.CLAIMED.value:
            self._do(holder, case_id, Action.START_READING)
        elif self._seldom(0.08):
            self._do(holder, case_id, Action.ASK_INFORMATION, reason="缺片", checklist=["既往片"])
        elif self._seldom(0.08):
            self._do(holder, case_id, Action.SUSPEND, reason="会诊中")
        else:
            self._sign(holder, case_id)

    def _still_held(self, holder: Someone, case_id: str) -> bool:
        """As a heartbeat says it, of which not every step has one before it."""
        if self._seldom(0.6):
            return True
        answer = holder.send(
            "POST", paths.HEARTBEAT, holder.claim[case_id], consultation_id=case_id
        )
        return answer.status_code != 409

    def _sign(self, holder: Someone, case_id: str) -> None:
        body = {**holder.claim[case_id], "opinion": OPINION}
        kept = holder.send("PUT", paths.OPINION, body, consultation_id=case_id)
        if kept.status_code == 200:
            draft = OpinionDraft.model_validate_json(kept.content)
            now = self.server.clock.at
            report = report_about(holder, self._seen[case_id], draft, signed_at=now)
            answer = signed(holder, case_id, report, self._keys[holder.id])
            assert answer.status_code == 201, answer.text
            self.steps["sign"] += 1

    def _do(self, someone: Someone, case_id: str, action: Action, **more: Any) -> None:
        """One step; sometimes its answer is lost, and it is sent again at once or twice."""
        request = someone.http.build_request(
            "POST",
            paths.TRANSITIONS.format(consultation_id=case_id),
            json={"action": action.value, **someone.claim.get(case_id, {}), **more},
            headers={IDEMPOTENCY_KEY: str(uuid4())},
        )
        answers = self.server.at_once(*([request] * (2 if self._seldom(0.1) else 1)))
        codes = {answer.status_code for answer in answers}
        assert len(codes) == 1, "the same step was answered differently"
        assert codes <= {200, 403, 404, 409}, answers[0].text
        self.steps[action.value] += codes == {200}

    # --- what must hold --------------------------------------------------------------------------

    async def _rows(self, case_ids: Sequence[str]) -> dict[str, ConsultationRow]:
        async with self.server.store.reading() as work:
            rows = await work.session.scalars(
                select(ConsultationRow).where(
                    ConsultationRow.id.in_([UUID(one) for one in case_ids])
                )
            )
            return {str(row.id): row for row in rows}

    def _look(self) -> None:
        """At every case of this part; what is over is forgotten."""
        events = self.server.run(self._looked())
        self._lives = set(self._open)
        self._told = {event["id"] for id_ in self._lives for event in events[UUID(id_)]}

    async def _looked(self) -> dict[UUID, list[Any]]:
        async with self.server.store.writing() as work:
            session, ids = work.session, [UUID(one) for one in self._lives]
            rows = (
                await session.scalars(select(ConsultationRow).where(ConsultationRow.id.in_(ids)))
            ).all()
            assert len(rows) == len(ids), "a case is lost"
            events: dict[UUID, list[Any]] = {one: [] for one in ids}
            found = await session.scalars(
                select(TimelineRow)
                .where(TimelineRow.consultation_id.in_(ids))
                .order_by(TimelineRow.at, TimelineRow.id)
            )
            for row in await work.rows.open(found.all()):
                events[row.consultation_id].append(orjson.loads(row.body))
            ringing = await session.scalars(
                select(OfferRow.consultation_id).where(OfferRow.ended_at.is_(None))
            )
            rung = Counter(ringing)
            clocks = set(await session.scalars(select(TimerRow.consultation_id)))
            for case in rows:
                _is_whole(case, events[case.id], rung[case.id], has_clock=case.id in clocks)
            facts = (await session.scalars(select(FactRow).order_by(FactRow.seq))).all()
            _no_gap([one.seq for one in facts])
            told = [orjson.loads(one.payload) for one in await work.rows.open(facts)]
            heard: dict[UUID, list[int]] = {}
            for account, seq in await session.execute(
                select(FactRecipientRow.account_id, FactRecipientRow.seq).order_by(
                    FactRecipientRow.seq
                )
            ):
                heard.setdefault(account, []).append(seq)
            _told_once(rows, events, self._told, told, heard)
            for account, ear in self._ears.items():
                came = [frame["seq"] for frame in ear.frames if frame.get("seq")]
                assert came == heard.get(account, []), "somebody heard something else"
                ear.frames.clear()
            await session.execute(delete(FactRecipientRow))
            await session.execute(delete(FactRow))
        return events


def _is_whole(case: ConsultationRow, events: list[Any], rung: int, *, has_clock: bool) -> None:
    holder_exactly_while_held(case)
    steps_of_the_table(case, events)
    if case.phase in ENDED:
        assert not rung, "what is over rings"
        assert not has_clock, "what is over has a clock"
    assert len({event["id"] for event in events}) == len(events)
    once = (Action.SUBMIT, Action.SIGN, Action.RECEIVE)
    done = Counter(Action(event["action"]) for event in events)
    assert all(done[action] <= 1 for action in once), "something was done twice"


def _no_gap(numbers: list[int]) -> None:
    expected = list(range(numbers[0], numbers[0] + len(numbers))) if numbers else []
    assert numbers == expected, "numbers of facts have a gap"


def _told_once(
    cases: Sequence[ConsultationRow],
    events: dict[UUID, list[Any]],
    before: set[str],
    told: list[dict[str, Any]],
    heard: dict[UUID, list[int]],
) -> None:
    """Each step reaches its clinic, and nobody twice; no stage of a clock does either."""
    facts = {fact["seq"]: key for fact in told if (key := _key(fact)) is not None}
    of_each = {
        account: Counter(facts[seq] for seq in seqs if seq in facts)
        for account, seqs in heard.items()
    }
    for said in of_each.values():
        assert all(count == 1 for count in said.values()), "told twice"
    for case in cases:
        said = of_each.get(case.requester_id, Counter())
        for one in events[case.id]:
            assert one["id"] in before or said[(one["id"],)], f"not told: {one['action']}"


def _key(fact: dict[str, Any]) -> tuple[str, ...] | None:
    if fact["type"] == "consultation_changed" and fact["event"]:
        return (fact["event"]["id"],)
    if fact["type"] == "clock_warned":
        return (fact["consultation"]["id"], fact["clock"], fact["stage"], fact["due_at"])
    return None
