"""The expert's use cases: claim, hold, decline, give back, write the opinion."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from app.net.api import Api
from app.net.errors import NetError, NotSignedIn, Refused, Unreachable
from app.services.drafts import ClaimRecord, Drafts, OpinionRecord
from app.services.facts import Facts
from app.services.server_time import server_now
from app.services.tasks import Tasks
from app.services.troubles import raise_error
from app.session.case import (
    Case,
    CaseRead,
    ClaimGone,
    ClaimHeld,
    HeldClaim,
    OpinionEdited,
    OpinionSaved,
    Saved,
)
from app.session.case_action import EarlierDraftRead
from app.session.notices import Late, NoticeObsolete
from protocol.account import Account
from protocol.consultation import Action, Consultation, Phase, Status
from protocol.errors import ErrorCode
from protocol.queue import Heartbeat
from protocol.report import Opinion, SaveOpinion
from protocol.transition import DeclineReason, Transition

log = logging.getLogger(__name__)
HEARTBEAT_S = 30.0
"""domain.md, Queue: the lease is renewed every 30 s while the case is open."""
SAVE_PAUSE_S = 0.3
NOT_WRITTEN_IN = (Phase.AWAITING_INFORMATION, Phase.SCHEDULED)
"""The server takes no draft then: it stays sealed here until the expert goes on."""
LOST = {ErrorCode.STALE_FENCE, ErrorCode.CLAIM_LOST, ErrorCode.FORBIDDEN, ErrorCode.NOT_FOUND}


class ExpertService:
    """Holds the claim on the open case and everything that needs it."""

    def __init__(
        self,
        facts: Facts,
        api: Api,
        drafts: Drafts,
        tasks: Tasks,
        account: Account,
    ) -> None:
        self._facts = facts
        self._api = api
        self._drafts = drafts
        self._tasks = tasks
        self._account = account
        self._saving = asyncio.Lock()
        self.idle_s: Callable[[], float] = lambda: 0.0
        """How long ago somebody last touched the program."""
        self._heard: dict[UUID, datetime | None] = {}

    # --- the claim -----------------------------------------------------------------------

    async def claim(self, id_: UUID) -> None:
        """Takes the case; the server answers token, fence and lease, or who was faster."""
        claim = await self._api.claim(id_)
        await self._drafts.keep_claim(
            ClaimRecord(
                consultation_id=id_,
                account_id=self._account.id,
                claim_token=claim.claim_token,
                fence=claim.fence,
            )
        )

    async def claim_again(self, case: Case) -> None:
        """A case that is ours, whose claim ended with its signature, or is on another computer."""
        await self.claim(case.id)
        record = await self._drafts.claim(case.id)
        if record is not None and self._is_open(case.id):
            held = HeldClaim(record.claim_token, record.fence, datetime.now(UTC))
            self._facts.apply(ClaimHeld(case.id, held))

    async def resume_claim(self, case: Case) -> None:
        """Takes up a claim that is still ours: after opening the case, or after a crash."""
        row = case.consultation.summary
        working = row.status in (Status.ASSIGNED, Status.IN_PROGRESS)
        if not working and row.phase is not Phase.AMENDED:
            return
        record = await self._drafts.claim(case.id)
        if record is None or record.account_id != self._account.id:
            return
        beat = Heartbeat(claim_token=record.claim_token, fence=record.fence)
        try:
            lease = await self._api.heartbeat(case.id, beat)
        except Refused as refused:
            if refused.code in LOST:
                await self._drafts.forget_claim(case.id)
                return
            raise
        if not self._is_open(case.id):
            return  # another case was opened meanwhile
        held = HeldClaim(record.claim_token, record.fence, lease.lease_until)
        self._facts.apply(ClaimHeld(case.id, held))
        self._tasks.start(self._beat(case.id, held), only="heartbeat")
        try:
            await self._begin(case.id)
        finally:  # whatever became of the phase, what was written is seen
            await self._load_opinion(case.id)

    async def _begin(self, id_: UUID) -> None:
        """Accepts a fresh claim and starts reading: opening the case is the answer to the ring."""
        for phase, action in (
            (Phase.CLAIMED, Action.ACCEPT),
            (Phase.ACCEPTED, Action.START_READING),
            (Phase.SUSPENDED, Action.RESUME),
        ):
            case = self._facts.state.case
            if case is None or case.id != id_ or case.consultation.summary.phase is not phase:
                continue
            await self.act(action)

    async def resume(self) -> None:
        """Goes on with the case held here that is suspended, or that the clinic has sent again."""
        case = self._facts.state.case
        if case is not None and case.claim is not None:
            await self._begin(case.id)

    async def go_on(self) -> None:
        """As `resume`, and begins to read before an appointment, or without it."""
        await self.resume()
        case = self._facts.state.case
        if case is not None and _phase(case) is Phase.SCHEDULED:
            await self.act(Action.START_READING)

    async def act(self, action: Action, **what: object) -> Consultation | None:
        """One transition of the case we hold."""
        case = self._facts.state.case
        if case is None or case.claim is None:
            return None
        body = Transition.model_validate(
            {
                "action": action,
                "claim_token": case.claim.claim_token,
                "fence": case.claim.fence,
                **what,
            }
        )
        consultation = await self._api.transition(case.id, body)
        self._facts.apply(CaseRead(consultation))
        return consultation

    async def _beat(self, id_: UUID, held: HeldClaim) -> None:
        """Renews the lease while the case is open; says who holds it when it is lost."""
        while True:
            await asyncio.sleep(HEARTBEAT_S)
            if not (self._holds(id_, held) and await self._renewed(id_, held)):
                return

    def claimed_somewhere(self, id_: UUID) -> None:
        """This account took a case, perhaps on another computer: whether the claim is still the one
        of this one is asked at once, not with the next heartbeat."""
        case = self._facts.state.case
        if case is not None and case.id == id_ and case.claim is not None:
            self._tasks.start(self._renewed(id_, case.claim), only="check claim")

    async def _renewed(self, id_: UUID, held: HeldClaim) -> bool:
        """Whether the claim may still be ours; where the server answers, the lease is the new one.

        An answer about a claim that is not the one of the open case any more changes nothing.
        """
        idle = int(self.idle_s())
        beat = Heartbeat(claim_token=held.claim_token, fence=held.fence, idle_s=idle)
        try:
            lease = await self._api.heartbeat(id_, beat)
        except Unreachable:
            return True
        except Refused as refused:
            if refused.code not in LOST:
                log.info("the lease was not renewed: %s", refused.code.value)
                return True
            if self._holds(id_, held):
                await self._lost(id_, refused)
            return False
        if not self._holds(id_, held):
            return False
        self._facts.apply(
            ClaimHeld(id_, HeldClaim(held.claim_token, held.fence, lease.lease_until))
        )
        if idle < HEARTBEAT_S:
            self._facts.apply(NoticeObsolete(Late.IDLE_SOON, id_))
        return True

    def _holds(self, id_: UUID, held: HeldClaim) -> bool:
        """Whether the open case is held by this claim, whatever its lease has become."""
        case = self._facts.state.case
        if case is None or case.id != id_ or case.claim is None:
            return False
        return (case.claim.claim_token, case.claim.fence) == (held.claim_token, held.fence)

    async def _lost(self, id_: UUID, refused: Refused) -> None:
        self._facts.apply(ClaimGone(id_))
        await self._drafts.forget_claim(id_)
        raise_error(self._facts, refused)

    async def decline(self, id_: UUID, reason: DeclineReason, text: str) -> None:
        body = Transition(action=Action.DECLINE, decline_reason=reason, reason=text)
        await self._api.transition(id_, body)

    async def release(self, reason: str) -> None:
        """Gives the case back to the queue, with its age."""
        case = self._facts.state.case
        if case is None or case.claim is None:
            return
        await self.save_opinion()
        await self.act(Action.RELEASE, reason=reason)
        self._facts.apply(ClaimGone(case.id))
        await self._drafts.forget_claim(case.id)

    # --- the opinion ---------------------------------------------------------------------

    async def _load_opinion(self, id_: UUID) -> None:
        server = await self._api.opinion(id_)
        kept = await self._drafts.opinion(id_)
        if not self._is_open(id_):
            return
        self._heard[id_] = server.saved_at
        self._facts.apply(EarlierDraftRead(id_, server.before))
        own = kept is not None and kept.account_id == self._account.id
        if kept is not None and own and kept.is_newer_than(server):
            self._facts.apply(OpinionEdited(id_, kept.opinion))
            await self.save_opinion()
        else:
            self._facts.apply(OpinionEdited(id_, server.opinion))
            self._facts.apply(
                OpinionSaved(id_, server.saved_at or datetime.now(UTC), by_server=True)
            )

    async def edit_opinion(self, opinion: Opinion, of: UUID | None = None) -> None:
        """`of` is the case it was typed into; words of one case never get into another."""
        if self.note(opinion, of):
            await asyncio.sleep(SAVE_PAUSE_S)
            await self.save_opinion()

    def note(self, opinion: Opinion, of: UUID | None = None) -> bool:
        """Takes the new words for what `save_opinion` keeps; False where there is nothing new."""
        case = self._facts.state.case
        if case is None or opinion == case.opinion or of not in (None, case.id):
            return False
        self._facts.apply(OpinionEdited(case.id, opinion))
        return True

    async def part_with(self, case: Case) -> None:
        """A case that was open went to somebody else: the words stay here, and who holds it is
        told, for the server says so to whoever tries to write."""
        await self._save(case)

    async def save_opinion(self) -> None:
        """Keeps the draft sealed here, then on the server; a lost claim keeps it here."""
        case = self._facts.state.case
        if case is not None:
            await self._save(case)

    async def _save(self, seen: Case) -> None:
        async with self._saving:
            present = self._facts.state.case
            case = present if present is not None and present.id == seen.id else seen
            if case.opinion_saved not in (Saved.DIRTY, Saved.LOCAL):
                return
            now = server_now(self._facts.state)
            record = OpinionRecord(
                consultation_id=case.id,
                account_id=self._account.id,
                opinion=case.opinion,
                written_at=now,
                heard=self._heard.get(case.id),
            )
            await self._drafts.keep_opinion(record)
            if case.claim is None:
                self._facts.apply(OpinionSaved(case.id, now, by_server=False))
                return
            saved_at = await self._send_opinion(case, case.claim, case.opinion)
            if saved_at is not None:
                self._heard[case.id] = saved_at
                kept = record.model_copy(update={"heard": saved_at, "sent": True})
                await self._drafts.keep_opinion(kept)

    async def _send_opinion(
        self, case: Case, claim: HeldClaim, opinion: Opinion
    ) -> datetime | None:
        """When the server kept it; None where it did not."""
        body = SaveOpinion(claim_token=claim.claim_token, fence=claim.fence, opinion=opinion)
        if self._is_open(case.id):
            await self._try(self.resume())
        present = self._facts.state.case
        if self._is_open(case.id) and present and _phase(present) in NOT_WRITTEN_IN:
            self._facts.apply(OpinionSaved(case.id, datetime.now(UTC), by_server=False))
            return None
        if self._is_open(case.id) and present and _phase(present) is Phase.READING:
            await self._try(self.act(Action.START_DRAFT))
        try:
            saved = await self._api.save_opinion(case.id, body)
        except Refused as refused:
            self._facts.apply(OpinionSaved(case.id, datetime.now(UTC), by_server=False))
            if refused.code not in LOST:
                raise
            await self._lost(case.id, refused)
            return None
        except (Unreachable, NotSignedIn):
            self._facts.apply(OpinionSaved(case.id, datetime.now(UTC), by_server=False))
            return None
        newest = self._facts.state.case
        if newest is not None and newest.id == case.id and newest.opinion == opinion:
            self._facts.apply(
                OpinionSaved(case.id, saved.saved_at or datetime.now(UTC), by_server=True)
            )
        return saved.saved_at

    def _is_open(self, id_: UUID) -> bool:
        case = self._facts.state.case
        return case is not None and case.id == id_

    async def _try(self, work: Coroutine[Any, Any, object]) -> None:
        """A step that only makes the state nicer; the words matter more."""
        try:
            await work
        except NetError as error:
            log.info("the phase was not changed: %s", error)


def _phase(case: Case) -> Phase:
    return case.consultation.summary.phase
