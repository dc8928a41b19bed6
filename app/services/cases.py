"""The clinic's use cases: write, save, submit, receive and decide; and opening any case."""

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

from app.net.api import Api
from app.net.errors import NetError, NotSignedIn, Refused, Unreachable
from app.services.case_actions import answers_of
from app.services.drafts import CaseDraft, Drafts
from app.services.facts import Facts
from app.services.merging import merged
from app.services.reviewing import read_reviewed, read_timeline
from app.services.troubles import raise_error, raise_notice
from app.session.case import (
    Case,
    CaseClosed,
    CaseOpened,
    CaseRead,
    ContentEdited,
    ContentSaved,
    MessagesLoaded,
    Saved,
    TimelineLoaded,
)
from app.session.case_action import answer_line
from app.session.notices import Good, Severity
from protocol.account import Account, Role
from protocol.base import new_id
from protocol.chat import ChatMessage
from protocol.consultation import (
    STATUS_OF,
    Action,
    CaseContent,
    Consultation,
    ConsultationSummary,
    CreateConsultation,
    Decision,
    Member,
    Person,
    Phase,
    SaveCase,
    Status,
)
from protocol.errors import ErrorCode
from protocol.socket import CallChanged
from protocol.transition import Transition

log = logging.getLogger(__name__)
UNKNOWN_TO_SERVER = -1
SAVE_PAUSE_S = 0.3


class CaseService:
    """Owns what is open; `on_opened` lets report, viewer and call follow."""

    def __init__(
        self,
        facts: Facts,
        api: Api,
        drafts: Drafts,
        account: Account,
        on_opened: Callable[[Case], None],
    ) -> None:
        self._facts = facts
        self._api = api
        self._drafts = drafts
        self._account = account
        self._on_opened = on_opened
        self._saving = asyncio.Lock()

    # --- opening -------------------------------------------------------------------------

    async def new_case(self) -> UUID:
        """Makes a draft; without network only here, and on the server when it is back."""
        await self.save()
        id_ = new_id()
        try:
            consultation = await self._api.create(CreateConsultation(id=id_))
        except Unreachable as error:
            raise_error(self._facts, error)
            consultation = self._local(id_)
        self._facts.apply(CaseOpened(Case(consultation, content=consultation.content)))
        return id_

    async def open(self, id_: UUID) -> Case:
        """Reads a case with everything that belongs to it; restores a newer local draft.

        What was just typed into the case that is open until now is kept first.
        """
        await self.save()
        consultation = await self._read(id_)
        case = Case(consultation, content=consultation.content)
        self._facts.apply(CaseOpened(case))
        if consultation.summary.status is Status.DRAFT:
            await self._restore(consultation)
        else:
            await self._read_around(id_)
        opened = self._facts.state.case
        if opened is not None and opened.id == id_:
            self._on_opened(opened)
        return opened or case

    async def _read(self, id_: UUID) -> Consultation:
        """The case from the server; without network a draft that is kept here."""
        try:
            return await self._api.consultation(id_)
        except Unreachable:
            draft = await self._drafts.case(id_)
            if draft is None:
                raise
            row = self._facts.state.queue.mine.find(id_)
            local = self._local(id_)
            known = row or local.summary.model_copy(update={"version": draft.version})
            return local.model_copy(update={"summary": known})

    async def _read_around(self, id_: UUID) -> None:
        """Messages, timeline, and the call that may be running."""
        messages, events = await asyncio.gather(self._messages(id_), self._api.timeline(id_))
        self._facts.apply(MessagesLoaded(id_, messages))
        self._facts.apply(TimelineLoaded(id_, events))
        await read_reviewed(self._facts, self._api, id_)
        try:
            call = await self._api.call(id_)
        except Refused as refused:
            if refused.code not in (ErrorCode.NOT_FOUND, ErrorCode.CALL_NOT_RUNNING):
                raise
        else:
            now = datetime.now(UTC)
            self._facts.apply(CallChanged(seq=0, at=now, consultation_id=id_, call=call))

    async def _messages(self, id_: UUID) -> tuple[ChatMessage, ...]:
        """None for who reads a case without treating anybody in it."""
        try:
            return await self._api.messages(id_)
        except Refused as refused:
            if refused.code is not ErrorCode.NOT_A_MEMBER:
                raise
            return ()

    async def _restore(self, consultation: Consultation) -> None:
        draft = await self._drafts.case(consultation.summary.id)
        if draft is None or draft.content == consultation.content:
            return
        restored = draft.content
        if draft.base is not None:
            restored, _ = merged(draft.base, draft.content, consultation.content)
        self._facts.apply(ContentEdited(draft.consultation_id, restored))
        raise_notice(self._facts, Good.DRAFT_RESTORED, severity=Severity.INFO)

    def close(self) -> None:
        self._facts.apply(CaseClosed())

    # --- writing -------------------------------------------------------------------------

    async def edit(self, content: CaseContent, of: UUID | None = None) -> None:
        """Shows the new text at once; keeps it here, then on the server.

        `of` is the case it was typed into: words of one case never get into another.
        """
        if self.note(content, of):
            await asyncio.sleep(SAVE_PAUSE_S)
            await self.save()

    def note(self, content: CaseContent, of: UUID | None = None) -> bool:
        """Takes the new text for what `save` keeps; False where there is nothing new."""
        case = self._facts.state.case
        if case is None or content == case.content or of not in (None, case.id):
            return False
        stamped = _stamped(content, case.content, self._facts.state.link.ahead)
        self._facts.apply(ContentEdited(case.id, stamped))
        return True

    async def save(self) -> None:
        """Keeps the open draft sealed here, and sends it when there is a network."""
        async with self._saving:
            case = self._facts.state.case
            if case is None or case.content_saved not in (Saved.DIRTY, Saved.LOCAL):
                return
            row, base = case.consultation.summary, case.base
            draft = CaseDraft(
                consultation_id=case.id,
                account_id=self._account.id,
                version=row.version if base is None else base.version,
                content=case.content,
                written_at=datetime.now(UTC),
                base=None if base is None else base.content,
            )
            await self._drafts.keep_case(draft)
            try:
                saved = await self._send(draft)
            except (Unreachable, NotSignedIn):  # a session that ran out leaves the words here
                self._facts.apply(ContentSaved(case.id, datetime.now(UTC), None))
                return
            self._take_back(draft, saved)
            await self._drafts.forget_case(case.id)

    def _take_back(self, sent: CaseDraft, saved: Consultation) -> None:
        """The server has what was sent, and perhaps what another computer wrote: the form shows
        both, and what was typed meanwhile."""
        case = self._facts.state.case
        if case is not None and case.id == saved.summary.id and saved.content != sent.content:
            shown, _ = merged(sent.content, case.content, saved.content)
            self._facts.apply(ContentEdited(case.id, shown))
        self._facts.apply(ContentSaved(sent.consultation_id, datetime.now(UTC), saved))

    async def _send(self, draft: CaseDraft) -> Consultation:
        id_ = draft.consultation_id
        if draft.version == UNKNOWN_TO_SERVER:
            made = await self._api.create(CreateConsultation(id=id_, content=draft.content))
            if made.content == draft.content:
                return made
            # An earlier attempt got through without its answer, and with older words.
            body = SaveCase(version=made.summary.version, content=draft.content)
            return await self._api.save_case(id_, body)
        try:
            return await self._api.save_case(
                id_, SaveCase(version=draft.version, content=draft.content)
            )
        except Refused as refused:
            if refused.code is not ErrorCode.STALE_VERSION:
                raise
        # The version moved, with the text or without it (images arrived).
        newest = await self._api.consultation(id_)
        if newest.summary.status is not Status.DRAFT:
            raise_notice(self._facts, ErrorCode.STALE_VERSION)
            return newest
        content, both = draft.content, False
        if draft.base is not None:
            content, both = merged(draft.base, draft.content, newest.content)
        body = SaveCase(version=newest.summary.version, content=content)
        saved = await self._api.save_case(id_, body)
        if both:
            raise_notice(self._facts, Good.DRAFT_MERGED, severity=Severity.WARNING)
        return saved

    async def send_kept(self) -> None:
        """Sends every draft that waited for the network or for the program to start again."""
        await self.save()
        async with self._saving:
            for draft in await self._drafts.cases(self._account.id):
                try:
                    saved = await self._send(draft)
                except Unreachable:
                    return
                except NetError as error:
                    raise_error(self._facts, error)
                    continue
                await self._drafts.forget_case(draft.consultation_id)
                case = self._facts.state.case
                if case is not None and case.id == saved.summary.id:
                    self._take_back(draft, saved)
                log.info("a kept draft was sent")

    # --- deciding ------------------------------------------------------------------------

    async def submit(self) -> None:
        """The case goes out, or back to the expert who asked for more; the server refuses while
        something is missing or unverified."""
        case = self._facts.state.case
        if case is None:
            return
        await self.save()
        again = case.consultation.wants_answer
        action = Action.RESUBMIT if again else Action.SUBMIT
        answers = await answers_of(case, self._account, self._drafts) if again else ()
        lines = tuple(answer_line(answer) for answer in answers if answer.settled)
        body = Transition(action=action, checklist=lines)
        consultation = await self._api.transition(case.id, body)
        self._facts.apply(CaseRead(consultation))
        await self._drafts.forget_answers(case.id)
        raise_notice(
            self._facts,
            Good.INFORMATION_SENT if again else Good.CASE_SUBMITTED,
            (("number", consultation.summary.number),),
            consultation_id=case.id,
        )

    async def decide(self, decision: Decision, note: str) -> None:
        """Records the requester's decision, which closes the case."""
        case = self._facts.state.case
        if case is None:
            return
        body = Transition(action=Action.RECEIVE, decision=decision, reason=note)
        consultation = await self._api.transition(case.id, body)
        self._facts.apply(CaseRead(consultation))
        await read_timeline(self._facts, self._api)
        raise_notice(
            self._facts, Good.DECISION_RECORDED, (("number", consultation.summary.number),)
        )

    async def withdraw(self, id_: UUID, reason: str) -> None:
        body = Transition(action=Action.WITHDRAW, reason=reason)
        self._facts.apply(CaseRead(await self._api.transition(id_, body)))

    def _local(self, id_: UUID) -> Consultation:
        """A case the server does not know yet."""
        now = datetime.now(UTC)
        person = Person(
            id=self._account.id,
            display_name=self._account.display_name,
            institution_name=self._account.institution_name,
        )
        row = ConsultationSummary(
            id=id_,
            number="",
            version=UNKNOWN_TO_SERVER,
            mode=None,
            urgency=None,
            department="",
            status=STATUS_OF[Phase.EDITING],
            phase=Phase.EDITING,
            patient_name="",
            patient_sex=None,
            patient_birth_date=None,
            reason="",
            requester=person,
            expert=None,
            created_at=now,
            submitted_at=None,
            accept_by=None,
            updated_at=now,
        )
        return Consultation(
            summary=row,
            content=CaseContent(),
            studies=(),
            members=(Member(person=person, role=Role.REQUESTER),),
            missing=(),
            allowed_actions=(),
        )


def _stamped(content: CaseContent, before: CaseContent, ahead: timedelta) -> CaseContent:
    """Where the patient has just agreed, by this computer's clock, the time is the server's."""
    consent, known = content.consent, before.consent
    if consent is None or consent.given_at is None or (known is not None and known.given_at):
        return content
    given = consent.model_copy(update={"given_at": consent.given_at + ahead})
    return content.model_copy(update={"consent": given})
