"""Everything done to a case besides writing and signing: asked of the server, told as it goes."""

from collections.abc import Coroutine
from typing import Any
from uuid import UUID

from app.net.api import Api
from app.net.errors import Refused
from app.services.comparing import compare, compare_earlier
from app.services.drafts import AnswersRecord, Drafts, KeptAnswer
from app.services.expert import ExpertService
from app.services.facts import Facts
from app.services.news import NewsService
from app.services.reviewing import DraftChanged, read_reviewed
from app.services.troubles import raise_notice
from app.session.case import Case, CaseRead, ClaimGone
from app.session.case_action import (
    ActionBegun,
    ActionEnded,
    AnswersEdited,
    CandidatesLoaded,
    ExpertsLoaded,
    ItemAnswer,
    answers_to,
)
from app.session.notices import News, Severity
from app.session.queue import PresenceLoaded
from app.session.taken_over import with_taken
from protocol.account import Account
from protocol.consultation import Action, Status
from protocol.errors import ErrorCode
from protocol.mdt import Dissent
from protocol.transition import Transition


async def answers_of(case: Case, account: Account, drafts: Drafts) -> tuple[ItemAnswer, ...]:
    """One answer for each thing asked for: as shown, or as kept where a case that has just been
    opened shows none yet."""
    known = case.around.answers
    if not known:
        record = await drafts.answers(case.id)
        if record is not None and record.account_id == account.id:
            known = tuple(ItemAnswer(one.item, one.done, one.text) for one in record.answers)
    return answers_to(case.consultation.checklist, known)


class CaseActionService:
    """Acts on the open case; the claim goes along where this computer holds it."""

    def __init__(
        self,
        facts: Facts,
        api: Api,
        drafts: Drafts,
        expert: ExpertService,
        news: NewsService,
        account: Account,
    ) -> None:
        self._facts = facts
        self._api = api
        self._drafts = drafts
        self._expert = expert
        self._news = news
        self._account = account

    async def told(self, action: Action, work: Coroutine[Any, Any, object]) -> None:
        """Does some work so that the screen knows whether it is on its way, done or refused."""
        case = self._facts.state.case
        if case is None:
            work.close()
            return
        done = False
        self._facts.apply(ActionBegun(case.id, action))
        try:
            await work
            done = True
        finally:
            self._facts.apply(ActionEnded(case.id, action, done))

    async def act(self, id_: UUID, asked: Transition, expert_name: str = "") -> None:
        """One transition of the open case; `asked` is without the claim.

        Raises what the server says, nothing is changed then; `DraftChanged` where other words would
        have been approved than were read.
        """
        case = self._facts.state.case
        if case is None or case.id != id_:
            return
        await self._expert.save_opinion()
        if asked.action is Action.AMEND and case.claim is None:
            await self._expert.claim_again(case)
            case = self._facts.state.case or case
        proof = (
            {"claim_token": case.claim.claim_token, "fence": case.claim.fence} if case.claim else {}
        )
        try:
            consultation = await self._api.transition(case.id, asked.model_copy(update=proof))
        except Refused as refused:
            if (asked.action, refused.code) == (Action.APPROVE, ErrorCode.STALE_VERSION):
                await read_reviewed(self._facts, self._api, case.id)
                raise DraftChanged from refused
            raise
        self._facts.apply(CaseRead(consultation))
        if case.claim and consultation.summary.status in (Status.PENDING, Status.CANCELLED):
            self._facts.apply(ClaimGone(case.id))
            await self._drafts.forget_claim(case.id)
        if asked.action is Action.AMEND and (amended := self._facts.state.case) is not None:
            await self._expert.resume_claim(amended)
        self._say(case, asked.action, expert_name)

    def _say(self, case: Case, action: Action, expert_name: str) -> None:
        number = case.consultation.summary.number
        said = {
            Action.ASK_INFORMATION: News.INFORMATION_ASKED,
            Action.ASSIGN: News.HAND_OVER_ASKED,
            Action.SUSPEND: News.CASE_SUSPENDED,
            Action.SECOND_OPINION: News.SECOND_OPINION_ASKED,
            Action.ASK_MDT: News.MDT_ASKED,
        }.get(action)
        if action is Action.ASSIGN:
            self._news.handing(case.id, number, expert_name)
        if said is not None:
            raise_notice(
                self._facts,
                said,
                (("number", number), ("holder", expert_name)),
                severity=Severity.INFO,
                consultation_id=case.id,
            )

    async def load_candidates(self, id_: UUID) -> None:
        self._facts.apply(PresenceLoaded(await self._api.presence()))
        self._facts.apply(CandidatesLoaded(id_, await self._api.candidates(id_)))

    async def load_experts(self, id_: UUID) -> None:
        self._facts.apply(ExpertsLoaded(id_, await self._api.experts()))

    async def compare(self, id_: UUID) -> None:
        """The open case and its second opinion, or the opinions of its MDT, side by side."""
        await compare(self._facts, self._api, id_)

    async def compare_earlier(self, id_: UUID, earlier_id: UUID) -> None:
        """A report of an earlier case of the patient beside the draft of the open case."""
        await compare_earlier(self._facts, self._api, id_, earlier_id)

    async def quote(self, id_: UUID, opinion_id: UUID) -> None:
        """The chair's draft says that an expert dissents, in the words of their own impression."""
        report = (await self._api.report(opinion_id)).report
        case = self._facts.state.case
        if case is None or case.id != id_:
            return
        words = report.opinion.impression
        new = Dissent(consultation_id=opinion_id, words=words, quoted=True)
        others = (one for one in case.opinion.dissents if one.consultation_id != opinion_id)
        dissents = (*others, new)
        await self._expert.edit_opinion(case.opinion.model_copy(update={"dissents": dissents}), id_)

    async def take_over(self, id_: UUID) -> None:
        """What is empty in the own draft is filled with what was written before."""
        case = self._facts.state.case
        if case is None or case.id != id_ or case.around.before is None:
            return
        taken = with_taken(case.opinion, case.around.before.opinion)
        await self._expert.edit_opinion(taken, id_)

    # --- the clinic's answers ------------------------------------------------------------

    async def opened(self, case: Case) -> None:
        """Takes up answers that were begun and not sent, perhaps before the program ended."""
        if not self._answers(case):
            return
        asked = await answers_of(case, self._account, self._drafts)
        now = self._facts.state.case
        if now is not None and not now.around.answers:  # else something was answered meanwhile
            self._facts.apply(AnswersEdited(case.id, asked))

    def _answers(self, case: Case) -> bool:
        own = case.consultation.summary.requester.id == self._account.id
        return own and case.consultation.wants_answer

    async def answer(self, id_: UUID, answers: tuple[ItemAnswer, ...]) -> None:
        """Shown at once, and kept sealed on this computer until the case goes out again."""
        self._facts.apply(AnswersEdited(id_, answers))
        kept = tuple(KeptAnswer(item=a.item, done=a.done, text=a.text) for a in answers)
        await self._drafts.keep_answers(
            AnswersRecord(consultation_id=id_, account_id=self._account.id, answers=kept)
        )
