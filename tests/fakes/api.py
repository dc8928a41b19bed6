"""A coordination server in memory, at the client's REST surface: it keeps cases, versions, claims
and reports by the protocol's rules, can be unreachable, and counts what it was asked."""

import hashlib
from collections import Counter
from collections.abc import Callable, Coroutine
from datetime import timedelta
from functools import wraps
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

from app.net.api import Api
from app.net.connection import Connection
from app.net.errors import Refused, Unreachable
from app.net.presented_forms import PresentedFormApi
from app.net.report_pictures import ReportPictureApi
from app.services.signing import signature_fits
from protocol.account import Account, Reauthenticate, RegisteredKey, SigningKey, SigningTicket
from protocol.board import Board, BoardCase, BoardExpert
from protocol.call import CallState, Invitation, InvitationState, NewInvitation
from protocol.chat import ChatMessage
from protocol.consultation import (
    STATUS_OF,
    Action,
    Consultation,
    ConsultationPage,
    ConsultationSummary,
    CreateConsultation,
    Phase,
    SaveCase,
    Status,
    TimelineEvent,
)
from protocol.errors import ErrorCode, Problem
from protocol.library import LibraryPage
from protocol.queue import Candidate, Claim, Heartbeat, Lease, Offer, PersonPresence
from protocol.report import (
    KeptPicture,
    Opinion,
    OpinionDraft,
    PresentedForm,
    SaveOpinion,
    SignedReport,
    SigningTerms,
    SignReport,
)
from protocol.transition import Transition
from protocol.waiting import WaitingPlaces
from tests.fakes.examples import NOW, consultation, named, person, row

OPEN = (Status.PENDING, Status.ASSIGNED, Status.IN_PROGRESS)
PASSWORD = "a long enough password"
URL = "https://hub.test:8443"
P = ParamSpec("P")
T = TypeVar("T")
NEXT = {
    Action.SUBMIT: Phase.QUEUED,
    Action.ACCEPT: Phase.ACCEPTED,
    Action.START_READING: Phase.READING,
    Action.START_DRAFT: Phase.DRAFTING,
    Action.RESUME: Phase.READING,
    Action.RELEASE: Phase.QUEUED,
    Action.RESUBMIT: Phase.ACCEPTED,
    Action.RECEIVE: Phase.RECEIVED,
    Action.DECLINE: Phase.DISPATCHING,
    Action.WITHDRAW: Phase.WITHDRAWN,
    Action.OFFER: Phase.OFFERED,
    Action.ASSIGN: Phase.OFFERED,
    Action.ESCALATE: Phase.DISPATCHING,
    Action.REJECT: Phase.REJECTED,
    Action.AMEND: Phase.AMENDED,
}


def refusal(code: ErrorCode, holder: str | None = None) -> Refused:
    return Refused(Problem(code=code, title=code.value, status=409, holder=holder))


class House:
    """What the server knows; several `FakeApi` may speak with one house."""

    def __init__(self) -> None:
        self.online = True
        self.lose_answers = False
        self.cases: dict[UUID, Consultation] = {}
        self.holders: dict[UUID, tuple[Account, str, int]] = {}
        self.opinions: dict[UUID, OpinionDraft] = {}
        self.reports: dict[UUID, SignedReport] = {}
        self.keys: list[RegisteredKey] = []
        self.transitions: list[Transition] = []
        self.asked: Counter[str] = Counter()
        self.refuse: dict[str, Refused] = {}
        self.versions: dict[int | None, SignedReport] = {}
        self.forms: dict[str, bytes] = {}
        self.pictures: dict[str, bytes] = {}
        self.terms = SigningTerms()
        self.terms_refused: Refused | None = None
        self.link: str | None = None
        self.page = 100
        self.experts: tuple[BoardExpert, ...] = ()
        self.presence: tuple[PersonPresence, ...] = ()
        self.candidates: tuple[Candidate, ...] = ()
        self.invitations: tuple[InvitationState, ...] = ()
        self._minutes = 0

    async def on_the_way(self) -> None:
        """While an answer is on its way; a test puts something in its place."""

    def add(self, case: Consultation) -> Consultation:
        self.cases[case.summary.id] = case
        return case

    def change(self, id_: UUID, **changed: Any) -> Consultation:
        """A row moves on: its `updated_at` too."""
        self._minutes += 1
        case = self.cases[id_]
        at = NOW + timedelta(minutes=self._minutes)
        summary = case.summary.model_copy(update={"updated_at": at, **changed})
        return self.add(case.model_copy(update={"summary": summary}))

    def take_away(self, id_: UUID, who: Account) -> None:
        """The dispatcher gives the case to somebody else."""
        _, _, fence = self.holders[id_]
        self.holders[id_] = (who, f"token-{fence + 1}", fence + 1)

    def check(self, id_: UUID, token: str | None, fence: int | None) -> None:
        held = self.holders.get(id_)
        if held is None or held[1:] != (token, fence):
            raise refusal(ErrorCode.STALE_FENCE, held[0].display_name if held else None)


def _asked(work: Callable[P, Coroutine[Any, Any, T]]) -> Callable[P, Coroutine[Any, Any, T]]:
    """Counts the call; nothing gets through while the house is offline."""

    @wraps(work)
    async def wrapped(*args: P.args, **kwargs: P.kwargs) -> T:
        api = args[0]
        assert isinstance(api, FakeApi)
        house, name = api.house, work.__name__
        if not house.online:
            raise Unreachable("no network")
        house.asked[name] += 1
        if name in house.refuse:
            raise house.refuse.pop(name)
        answer = await work(*args, **kwargs)
        if house.lose_answers:
            raise Unreachable("the answer was lost")
        return answer

    return wrapped


class FakeApi(Api):
    """One account's way to the house."""

    def __init__(self, house: House, account: Account) -> None:
        super().__init__(Connection(URL, None))
        self.house = house
        self.account = account

    @_asked
    async def create(self, body: CreateConsultation) -> Consultation:
        known = self.house.cases.get(body.id)
        if known is not None:
            return known  # the same id again answers the first one
        number = f"CONS-20261121-{len(self.house.cases) + 1:04}"
        summary = row(
            phase=Phase.EDITING, id=body.id, number=number, requester=person(self.account)
        )
        return self.house.add(consultation(summary, body.content))

    @_asked
    async def save_case(self, id_: UUID, body: SaveCase) -> Consultation:
        case = self._case(id_)
        if case.summary.status is not Status.DRAFT:
            raise refusal(ErrorCode.TRANSITION_REFUSED)
        if body.version != case.summary.version:
            raise refusal(ErrorCode.STALE_VERSION)
        self.house.add(case.model_copy(update={"content": body.content}))
        return self.house.change(id_, version=body.version + 1)

    @_asked
    async def consultation(self, id_: UUID) -> Consultation:
        return self._case(id_)

    @_asked
    async def consultations(
        self, after: str | None = None, *, status: Status | None = None, text: str = ""
    ) -> ConsultationPage:
        rows = [
            case.summary
            for case in reversed(self.house.cases.values())
            if self._takes_part(case.summary)
            and status in (None, case.summary.status)
            and text in f"{case.summary.patient_name} {case.summary.number}"
        ]
        first = int(after or 0)
        last = first + self.house.page
        more = str(last) if len(rows) > last else None
        return ConsultationPage(items=tuple(rows[first:last]), next=more)

    @_asked
    async def queue(self) -> ConsultationPage:
        rows = (c.summary for c in self.house.cases.values())
        return ConsultationPage(items=tuple(r for r in rows if r.status is Status.PENDING))

    @_asked
    async def board(self) -> Board:
        rows = (case.summary for case in self.house.cases.values())
        cases = tuple(BoardCase(summary=r) for r in rows if r.status in OPEN)
        return Board(at=NOW, cases=cases, experts=self.house.experts)

    @_asked
    async def candidates(self, id_: UUID) -> tuple[Candidate, ...]:
        self._case(id_)
        return self.house.candidates

    @_asked
    async def offers(self) -> tuple[Offer, ...]:
        return ()

    @_asked
    async def waiting(self) -> WaitingPlaces:
        return WaitingPlaces(places=())

    @_asked
    async def presence(self) -> tuple[PersonPresence, ...]:
        found = self.house.presence
        await self.house.on_the_way()
        return found

    @_asked
    async def messages(self, id_: UUID) -> tuple[ChatMessage, ...]:
        return ()

    @_asked
    async def timeline(self, id_: UUID) -> tuple[TimelineEvent, ...]:
        return ()

    @_asked
    async def invite(self, id_: UUID, body: NewInvitation) -> Invitation:
        expires = NOW + timedelta(minutes=body.valid_minutes)
        return Invitation(id="0" * 32, code="c" * 43, expires_at=expires, link=self.house.link)

    @_asked
    async def invitations(self, id_: UUID) -> tuple[InvitationState, ...]:
        return self.house.invitations

    @_asked
    async def call(self, id_: UUID) -> CallState:
        raise refusal(ErrorCode.CALL_NOT_RUNNING)

    @_asked
    async def transition(self, id_: UUID, body: Transition) -> Consultation:
        if body.claim_token is not None:
            self.house.check(id_, body.claim_token, body.fence)
        self.house.transitions.append(body)
        phase = NEXT[body.action]
        return self.house.change(id_, phase=phase, status=STATUS_OF[phase])

    @_asked
    async def claim(self, id_: UUID) -> Claim:
        held = self.house.holders.get(id_)
        if held is not None and held[0].id == self.account.id:
            fence = held[2] + 1
            self.house.holders[id_] = (self.account, f"token-{fence}", fence)
            return Claim(
                claim_token=f"token-{fence}",
                fence=fence,
                lease_until=NOW + timedelta(minutes=5),
                consultation=self.house.cases[id_],
            )
        if held is not None:
            raise refusal(ErrorCode.CLAIM_LOST, held[0].display_name)
        self.house.holders[id_] = (self.account, "token-1", 1)
        case = self.house.change(
            id_, phase=Phase.CLAIMED, status=Status.ASSIGNED, expert=person(self.account)
        )
        return Claim(
            claim_token="token-1",
            fence=1,
            lease_until=NOW + timedelta(minutes=5),
            consultation=case,
        )

    @_asked
    async def heartbeat(self, id_: UUID, body: Heartbeat) -> Lease:
        self.house.check(id_, body.claim_token, body.fence)
        return Lease(lease_until=NOW + timedelta(minutes=10))

    @_asked
    async def opinion(self, id_: UUID) -> OpinionDraft:
        return self.house.opinions.get(id_, OpinionDraft(opinion=Opinion(), saved_at=None))

    @_asked
    async def save_opinion(self, id_: UUID, body: SaveOpinion) -> OpinionDraft:
        self.house.check(id_, body.claim_token, body.fence)
        draft = OpinionDraft(opinion=body.opinion, saved_at=NOW)
        self.house.opinions[id_] = draft
        return draft

    @_asked
    async def reauthenticate(self, body: Reauthenticate) -> SigningTicket:
        if body.password.get_secret_value() != PASSWORD:
            raise refusal(ErrorCode.REAUTHENTICATION_FAILED)
        return SigningTicket(ticket="ticket", expires_at=NOW + timedelta(minutes=2))

    @_asked
    async def signing_keys(self) -> tuple[RegisteredKey, ...]:
        return tuple(self.house.keys)

    @_asked
    async def register_key(self, body: SigningKey) -> RegisteredKey:
        key = RegisteredKey(id=named("key"), public_key=body.public_key, registered_at=NOW)
        self.house.keys.append(key)
        return key

    @_asked
    async def sign(self, id_: UUID, body: SignReport) -> SignedReport:
        self.house.check(id_, body.claim_token, body.fence)
        signed = SignedReport(
            report=body.report,
            signature=body.signature,
            public_key=body.public_key,
            key_id=named("key"),
            presented_form=body.presented_form,
        )
        known = {key.public_key for key in self.house.keys}
        if body.public_key not in known or not signature_fits(signed):
            raise refusal(ErrorCode.SIGNATURE_INVALID)
        self.house.reports[id_] = signed
        self.house.change(id_, phase=Phase.SIGNED, status=Status.COMPLETED)
        return signed

    @_asked
    async def report(self, id_: UUID, version: int | None = None) -> SignedReport:
        if version in self.house.versions:
            return self.house.versions[version]
        if id_ not in self.house.reports:
            raise refusal(ErrorCode.NOT_FOUND)
        return self.house.reports[id_]

    @_asked
    async def library(self, query: str = "", after: str | None = None) -> LibraryPage:
        return LibraryPage(items=(), total=0)

    def _case(self, id_: UUID) -> Consultation:
        if id_ not in self.house.cases:
            raise refusal(ErrorCode.NOT_FOUND)
        return self.house.cases[id_]

    def _takes_part(self, summary: ConsultationSummary) -> bool:
        expert = summary.expert is not None and summary.expert.id == self.account.id
        return expert or summary.requester.id == self.account.id


class FakeForms(PresentedFormApi):
    """Papers that lie in the house."""

    def __init__(self, house: House) -> None:
        self.house = house

    async def terms(self) -> SigningTerms:
        if self.house.terms_refused is not None:
            raise self.house.terms_refused
        return self.house.terms

    async def put(self, consultation_id: UUID, data: bytes) -> PresentedForm:
        sha256 = hashlib.sha256(data).hexdigest()
        self.house.forms[sha256] = data
        return PresentedForm(sha256=sha256, size=len(data))

    async def get(self, consultation_id: UUID, version: int) -> bytes:
        signed = self.house.reports[consultation_id]
        if signed.presented_form not in self.house.forms:
            raise refusal(ErrorCode.NOT_FOUND)
        return self.house.forms[signed.presented_form]


class FakePictures(ReportPictureApi):
    """Pictures of reports that lie in the house."""

    def __init__(self, house: House) -> None:
        self.house = house

    async def put(self, consultation_id: UUID, data: bytes) -> KeptPicture:
        await self.house.on_the_way()
        if not self.house.online:
            raise Unreachable("no network")
        sha256 = hashlib.sha256(data).hexdigest()
        self.house.pictures[sha256] = data
        return KeptPicture(sha256=sha256, size=len(data))

    async def get(self, consultation_id: UUID, sha256: str) -> bytes:
        self.house.asked["picture"] += 1
        if not self.house.online:
            raise Unreachable("no network")
        if sha256 not in self.house.pictures:
            raise refusal(ErrorCode.NOT_FOUND)
        return self.house.pictures[sha256]
