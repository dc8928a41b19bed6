"""Random lives of cases through the real interface; what must hold whatever people do.

Hypothesis chooses who does what when. After each step the rows of every case are looked at, and
whatever the table of transitions does not know must have changed nothing.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import select

from protocol import paths
from protocol.account import Role
from protocol.consultation import Action, Phase
from server.domain.transitions import HELD, POOL, TABLE
from server.store.tables import (
    ConsultationRow,
    FactRecipientRow,
    FactRow,
    OfferRow,
    TimelineRow,
    TimerRow,
)
from tests.server.in_process import InProcess, TownWithin, kept_in_memory
from tests.server.people import Someone, Valley, make_valley, open_case
from tests.server.rows_of_cases import (
    OF_HELD,
    OF_POOL,
    claims_at_once,
    holder_exactly_while_held,
    steps_of_the_table,
)

SECONDS = (1, 31, 61, 301, 451, 901, 1801, 4000)
CASES = 3
ASKED = tuple(
    action
    for action in Action
    if action
    not in {
        Action.SIGN,  # comes with a report
        Action.ASK_MDT,
        Action.CLAIM,  # has a path of its own
        Action.SECOND_OPINION,
        Action.SCHEDULE,
    }
)
"""What anybody may ask for by a transition, sensible or not."""
ENDS = frozenset(
    (Action.WITHDRAW, Action.ENTER_IN_ERROR, Action.REJECT, Action.ABORT, Action.RECORD_NO_SHOW)
)
DONE_HERE = tuple(
    action
    for action in (*ASKED, Action.CLAIM)
    if action
    not in {
        Action.ADD_IMAGES,
        Action.BEGIN_UPLOAD,
        Action.TAKE_BACK_IMAGES,
        Action.WAIVE_IMAGES,
        Action.CONFIRM_IMAGES,
        Action.CLOSE_MDT,
        Action.READ_BACK,
        Action.EDIT,
    }
)
"""What these people, without images and reports, can bring about."""
OPEN = frozenset((*POOL, *HELD))


@dataclass
class Seen:
    """What was last known of a case."""

    version: int = 0
    fence: int = 0
    events: int = 0
    claims: dict[UUID, dict[str, Any]] = field(default_factory=dict)


@dataclass
class Now:
    """The rows of a life's cases at one moment."""

    cases: list[ConsultationRow]
    facts: list[int]
    events: dict[UUID, list[Any]] = field(default_factory=dict)
    rung: dict[UUID, list[UUID]] = field(default_factory=dict)
    clocks: set[UUID] = field(default_factory=set)
    told: Counter[tuple[object, ...]] = field(default_factory=Counter)


class Lives(RuleBasedStateMachine):
    """A clinic, a dispatcher, three experts, some cases, and a clock."""

    server: InProcess
    """One for all lives: each has people, a department and cases of its own."""
    steps: Counter[str]
    """What was done in all lives, by action."""

    def __init__(self) -> None:
        super().__init__()
        self.cases: dict[str, Seen] = {}

    @initialize()
    def people(self) -> None:
        self.town = TownWithin(self.server)
        self.valley: Valley = make_valley(self.town)
        self.experts = [self.valley.expert, *(self.valley.another_expert() for _ in range(2))]
        desk = self.town.person("dispatcher", institution=self.valley.hospital)
        self.everybody: list[tuple[Someone, Role]] = [
            (self.valley.doctor, Role.REQUESTER),
            (desk, Role.DISPATCHER),
            *((expert, Role.EXPERT) for expert in self.experts),
        ]
        self.first_fact = max(self._facts(after=0), default=0)

    # --- what people do ------------------------------------------------------------------------

    @precondition(lambda self: len(self.cases) < CASES)
    @rule(urgency=st.sampled_from(("routine", "emergency", "critical")), directed=st.booleans())
    def send(self, urgency: str, directed: bool) -> None:
        more = {"directed_expert_id": str(self.experts[0].id)} if directed else {}
        case_id = open_case(self.valley, urgency=urgency, **more)
        self.cases[case_id] = Seen()
        assert self.valley.doctor.act(case_id, "submit").status_code == 200
        self.steps["submit"] += 1

    @rule(expert=st.integers(0, 2))
    def come_or_go(self, expert: int) -> None:
        who = self.experts[expert]
        if who.id in self.server.sockets:
            self.server.disconnect(who)
        else:
            self.server.connect(who)

    @rule(seconds=st.sampled_from(SECONDS))
    def time_passes(self, seconds: int) -> None:
        self.server.pass_time(seconds)

    @precondition(lambda self: self.cases)
    @rule(data=st.data(), experts=st.lists(st.integers(0, 2), min_size=1, max_size=3, unique=True))
    def claim(self, data: st.DataObject, experts: list[int]) -> None:
        """One expert, or several at the same moment."""
        self._claim(self._one_of(data), [self.experts[n] for n in experts])

    def _claim(self, case_id: str, people: list[Someone]) -> None:
        before = self._row(case_id)
        answers, won = claims_at_once(self.server, case_id, people)
        assert all(answer.status_code in {200, 403, 404, 409} for answer in answers)
        if won is not None:
            one, body = won
            again = before.holder_id == one.id
            assert again or before.phase in OF_POOL or before.phase in OF_HELD
            assert body["fence"] > before.fence
            self.cases[case_id].claims[one.id] = one.claim[case_id]
            self.steps["claim"] += 1

    @precondition(lambda self: self.cases)
    @rule(
        data=st.data(), who=st.integers(0, 4), action=st.sampled_from(ASKED), to=st.integers(0, 2)
    )
    def ask(self, data: st.DataObject, who: int, action: Action, to: int) -> None:
        """Anybody asks for anything."""
        self._ask(self._one_of(data), *self.everybody[who], action, to)

    @precondition(lambda self: self.cases)
    @rule(data=st.data(), choices=st.lists(st.integers(0, 999), min_size=4, max_size=10))
    def do(self, data: st.DataObject, choices: list[int]) -> None:
        """A case goes on for a while as the table allows; seldom it ends."""
        case_id = self._one_of(data)
        for choice in choices:
            row = self._row(case_id)
            able = [
                (someone, role, action)
                for someone, role in self.everybody
                for action in DONE_HERE
                if (Phase(row.phase), action, role) in TABLE
                and (action not in ENDS or choice % 10 == 0)
                and (role is not Role.EXPERT or row.holder_id in {None, someone.id})
            ]
            if not able:
                return
            someone, role, action = able[choice % len(able)]
            if action is Action.CLAIM:
                self._claim(case_id, [someone])
            else:
                self._ask(case_id, someone, role, action, choice % 3)
            self.the_rules_hold()

    @precondition(lambda self: self.cases)
    @rule(data=st.data())
    def heartbeat(self, data: st.DataObject) -> None:
        case_id = self._one_of(data)
        row = self._row(case_id)
        for expert in self.experts:
            held = self.cases[case_id].claims.get(expert.id)
            if held is None:
                continue
            answer = expert.send("POST", paths.HEARTBEAT, held, consultation_id=case_id)
            now_mine = row.holder_id == expert.id and held["fence"] == row.fence
            assert (answer.status_code == 200) == (now_mine and row.phase in OF_HELD), answer.text

    def _ask(self, case_id: str, someone: Someone, role: Role, action: Action, to: int) -> None:
        before = self._row(case_id)
        answer = someone.act(
            case_id,
            action.value,
            reason="因故",
            expert_id=str(self.experts[to].id),
            checklist=["既往片"] if action is Action.ASK_INFORMATION else [],
            **({"decline_reason": "too_busy"} if action is Action.DECLINE else {}),
            **({"decision": "adopted"} if action is Action.RECEIVE else {}),
        )
        after = self._row(case_id)
        if answer.status_code >= 300:
            assert answer.status_code in {400, 403, 404, 409, 422}, answer.text
            assert (after.version, after.phase) == (before.version, before.phase)
            return
        assert (Phase(before.phase), action, role) in TABLE, f"{before.phase} {action} {role}"
        if role is Role.EXPERT and before.phase in OF_HELD and action is not Action.DECLINE:
            assert before.holder_id == someone.id, "who does not hold it changed it"
        self.steps[action.value] += 1

    # --- what must hold ------------------------------------------------------------------------

    @invariant()
    def the_rules_hold(self) -> None:
        if not self.cases:
            return
        now = self.server.run(self._looked())
        for row in now.cases:
            seen = self.cases[str(row.id)]
            events = now.events.get(row.id, [])
            holder_exactly_while_held(row)
            _grows(row, events, seen)
            steps_of_the_table(row, events)
            _rings_only_what_may_be_taken(row, now.rung.get(row.id, []))
            clocks = row.id in now.clocks
            assert not clocks or row.phase in _OF_OPEN or row.finding_due is not None
        assert all(count == 1 for count in now.told.values()), "a clock was told twice"
        expected = list(range(self.first_fact + 1, self.first_fact + 1 + len(now.facts)))
        assert now.facts == expected, "numbers of facts have a gap"

    async def _looked(self) -> "Now":
        ids = [UUID(case_id) for case_id in self.cases]
        async with self.server.store.reading() as work:
            session = work.session
            now = Now(
                list(
                    await session.scalars(
                        select(ConsultationRow).where(ConsultationRow.id.in_(ids))
                    )
                ),
                list(
                    await session.scalars(
                        select(FactRow.seq)
                        .where(FactRow.seq > self.first_fact)
                        .order_by(FactRow.seq)
                    )
                ),
            )
            await work.rows.open(now.cases)
            events = await session.scalars(
                select(TimelineRow)
                .where(TimelineRow.consultation_id.in_(ids))
                .order_by(TimelineRow.at, TimelineRow.id)
            )
            for event in await work.rows.open(events):
                now.events.setdefault(event.consultation_id, []).append(orjson.loads(event.body))
            for offer in await session.scalars(
                select(OfferRow).where(
                    OfferRow.consultation_id.in_(ids), OfferRow.ended_at.is_(None)
                )
            ):
                now.rung.setdefault(offer.consultation_id, []).append(offer.expert_id)
            now.clocks = set(
                await session.scalars(
                    select(TimerRow.consultation_id).where(TimerRow.consultation_id.in_(ids))
                )
            )
            told = await session.execute(
                select(FactRow, FactRecipientRow.account_id)
                .join(FactRecipientRow, FactRecipientRow.seq == FactRow.seq)
                .where(FactRow.seq > self.first_fact)
            )
            for row, account in told.all():
                (opened,) = await work.rows.open((row,))
                fact = orjson.loads(opened.payload)
                if fact["type"] != "clock_warned":
                    continue
                case_id = fact["consultation"]["id"]
                now.told[case_id, fact["clock"], fact["stage"], fact["due_at"], account] += 1
        return now

    def teardown(self) -> None:
        for someone, _ in getattr(self, "everybody", ()):
            if someone.id in self.server.sockets:
                self.server.disconnect(someone)
        if hasattr(self, "town"):
            # What is left of this life must not ring in the next one.
            for case_id in self.cases:
                self._end(case_id)
            self.town.close()

    def _end(self, case_id: str) -> None:
        row = self._row(case_id)
        if row.phase in _OF_OPEN:
            desk = self.everybody[1][0]
            answer = desk.act(case_id, "enter_in_error", reason="结束")
            assert answer.status_code == 200, answer.text

    # --- looking -------------------------------------------------------------------------------

    def _one_of(self, data: st.DataObject) -> str:
        return data.draw(st.sampled_from(sorted(self.cases)))

    def _row(self, case_id: str) -> ConsultationRow:
        (row,) = self._rows(select(ConsultationRow).where(ConsultationRow.id == UUID(case_id)))
        found: ConsultationRow = row
        return found

    def _rows(self, statement: Any) -> list[Any]:
        async def read() -> list[Any]:
            async with self.server.store.reading() as work:
                return list(await work.session.scalars(statement))

        return self.server.run(read())

    def _facts(self, *, after: int) -> list[int]:
        return self._rows(select(FactRow.seq).where(FactRow.seq > after).order_by(FactRow.seq))


def _grows(row: ConsultationRow, events: list[Any], seen: Seen) -> None:
    assert row.fence >= seen.fence
    assert row.version >= seen.version
    assert len(events) >= seen.events
    seen.fence, seen.version, seen.events = row.fence, row.version, len(events)


def _rings_only_what_may_be_taken(row: ConsultationRow, rung: list[UUID]) -> None:
    assert len(set(rung)) == len(rung), "an expert is rung twice at once"
    assert not rung or row.phase in _OF_OPEN, f"{row.phase} rings"
    assert row.phase != Phase.OFFERED.value or rung, "offered, and rings nobody"
    assert row.holder_id not in rung


_OF_OPEN = frozenset(phase.value for phase in OPEN)


def lives() -> tuple[type[Lives], InProcess]:
    """The machine on a server of its own, which is to be closed afterwards."""
    server = kept_in_memory("lives")
    return type("LivesHere", (Lives,), {"server": server, "steps": Counter()}), server
