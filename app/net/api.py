"""The server's REST interface, one method a path (protocol/paths.py)."""

from uuid import UUID

from app.net.asked_again import AskedAgain
from app.net.connection import AnswerT, Connection
from protocol import paths
from protocol.account import (
    Account,
    Agreement,
    ChangeAccount,
    ChangeAgreement,
    ChangeInstitution,
    ChangePassword,
    Institution,
    NewAccount,
    NewAgreement,
    NewInstitution,
    PasswordReset,
    Reauthenticate,
    RegisteredKey,
    ServerInfo,
    SigningKey,
    SigningTicket,
    TokenPair,
)
from protocol.board import Board
from protocol.call import (
    CallState,
    CallTicket,
    Invitation,
    InvitationState,
    NewInvitation,
    RedeemInvitation,
)
from protocol.chat import ChatMessage
from protocol.consultation import (
    Consultation,
    ConsultationPage,
    CreateConsultation,
    SaveCase,
    Status,
    TimelineEvent,
)
from protocol.imaging import StudyManifest, StudyProgress
from protocol.library import LibraryEntry, LibraryPage
from protocol.queue import Candidate, Claim, Heartbeat, Lease, Offer, PersonPresence
from protocol.report import OpinionDraft, SaveOpinion, SignedReport, SignReport
from protocol.transition import IDEMPOTENCY_KEY, Transition
from protocol.waiting import WaitingPlaces

PAGE = 100


class Api:
    """Typed calls over one `Connection`; every error is a `NetError`."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._asked_again = AskedAgain()
        self.changed = self._asked_again.forget
        """A case has changed, whoever did it."""

    # --- before and around the session ---------------------------------------------------

    async def server(self) -> ServerInfo:
        response = await self.connection.open_request("GET", paths.SERVER)
        return self.connection.parse(ServerInfo, response)

    async def redeem(self, body: RedeemInvitation) -> CallTicket:
        response = await self.connection.open_request(
            "POST", paths.REDEEM, json=body.model_dump(mode="json")
        )
        return self.connection.parse(CallTicket, response)

    async def transfer_session(self) -> TokenPair:
        return await self.connection.send("POST", TokenPair, paths.TRANSFER_SESSION)

    async def reauthenticate(self, body: Reauthenticate) -> SigningTicket:
        secret = {"password": body.password.get_secret_value()}
        answer = await self.connection.request("POST", paths.REAUTHENTICATE, json=secret)
        return self.connection.parse(SigningTicket, answer)

    async def unlock(self, body: Reauthenticate) -> None:
        secret = {"password": body.password.get_secret_value()}
        await self.connection.request("POST", paths.UNLOCK, json=secret)

    async def change_password(self, body: ChangePassword) -> None:
        secret = {
            "current": body.current.get_secret_value(),
            "new": body.new.get_secret_value(),
        }
        await self.connection.request("PUT", paths.PASSWORD, json=secret)

    async def me(self) -> Account:
        return await self.connection.get(Account, paths.ME)

    async def signing_keys(self) -> tuple[RegisteredKey, ...]:
        return await self.connection.get_list(RegisteredKey, paths.SIGNING_KEYS)

    async def register_key(self, body: SigningKey) -> RegisteredKey:
        return await self.connection.send("POST", RegisteredKey, paths.SIGNING_KEYS, body)

    async def experts(self, department: str = "") -> tuple[Account, ...]:
        query = {"department": department} if department else None
        return await self.connection.get_list(Account, paths.EXPERTS, query)

    async def presence(self) -> tuple[PersonPresence, ...]:
        return await self.connection.get_list(PersonPresence, paths.PRESENCE)

    # --- administration ------------------------------------------------------------------

    async def institutions(self) -> tuple[Institution, ...]:
        return await self.connection.get_list(Institution, paths.INSTITUTIONS)

    async def add_institution(self, body: NewInstitution) -> Institution:
        return await self.connection.send("POST", Institution, paths.INSTITUTIONS, body)

    async def change_institution(self, id_: UUID, body: ChangeInstitution) -> Institution:
        path = paths.INSTITUTION.format(institution_id=id_)
        return await self._patch(
            Institution, path, body.model_dump(mode="json", exclude_unset=True)
        )

    async def agreements(self) -> tuple[Agreement, ...]:
        return await self.connection.get_list(Agreement, paths.AGREEMENTS)

    async def add_agreement(self, body: NewAgreement) -> Agreement:
        return await self.connection.send("POST", Agreement, paths.AGREEMENTS, body)

    async def change_agreement(self, id_: UUID, body: ChangeAgreement) -> Agreement:
        path = paths.AGREEMENT.format(agreement_id=id_)
        return await self._patch(Agreement, path, body.model_dump(mode="json"))

    async def accounts(self) -> tuple[Account, ...]:
        return await self.connection.get_list(Account, paths.ACCOUNTS)

    async def add_account(self, body: NewAccount) -> Account:
        secret = body.model_dump(mode="json") | {"password": body.password.get_secret_value()}
        answer = await self.connection.request("POST", paths.ACCOUNTS, json=secret)
        return self.connection.parse(Account, answer)

    async def change_account(self, id_: UUID, body: ChangeAccount) -> Account:
        path = paths.ACCOUNT.format(account_id=id_)
        return await self._patch(Account, path, body.model_dump(mode="json", exclude_unset=True))

    async def reset_password(self, id_: UUID) -> PasswordReset:
        path = paths.ACCOUNT_RESET.format(account_id=id_)
        return await self.connection.send("POST", PasswordReset, path)

    async def reset_second_factor(self, id_: UUID) -> None:
        path = paths.ACCOUNT_SECOND_FACTOR_RESET.format(account_id=id_)
        await self.connection.request("POST", path)

    # --- consultations -------------------------------------------------------------------

    async def create(self, body: CreateConsultation) -> Consultation:
        return await self.connection.send("POST", Consultation, paths.CONSULTATIONS, body)

    async def consultations(
        self, after: str | None = None, *, status: Status | None = None, text: str = ""
    ) -> ConsultationPage:
        """A page of one's own cases; with `text` those whose patient, number or words have it."""
        query: dict[str, str | int] = {"limit": PAGE}
        asked = {"after": after, "status": status and status.value, "q": text}
        query |= {name: value for name, value in asked.items() if value}
        return await self.connection.get(ConsultationPage, paths.CONSULTATIONS, query)

    async def queue(self) -> ConsultationPage:
        return await self.connection.get(ConsultationPage, paths.QUEUE)

    async def waiting(self) -> WaitingPlaces:
        return await self.connection.get(WaitingPlaces, paths.WAITING)

    async def board(self) -> Board:
        return await self.connection.get(Board, paths.BOARD)

    async def offers(self) -> tuple[Offer, ...]:
        return await self.connection.get_list(Offer, paths.OFFERS)

    async def consultation(self, id_: UUID) -> Consultation:
        return await self.connection.get(Consultation, _of(paths.CONSULTATION, id_))

    async def save_case(self, id_: UUID, body: SaveCase) -> Consultation:
        return await self.connection.send("PUT", Consultation, _of(paths.CASE, id_), body)

    async def timeline(self, id_: UUID) -> tuple[TimelineEvent, ...]:
        return await self.connection.get_list(TimelineEvent, _of(paths.TIMELINE, id_))

    async def transition(self, id_: UUID, body: Transition) -> Consultation:
        path = _of(paths.TRANSITIONS, id_)
        with self._asked_again.key(id_, body) as key:
            headers = {IDEMPOTENCY_KEY: str(key)}
            return await self.connection.send("POST", Consultation, path, body, headers)

    async def claim(self, id_: UUID) -> Claim:
        return await self.connection.send("POST", Claim, _of(paths.CLAIM, id_))

    async def heartbeat(self, id_: UUID, body: Heartbeat) -> Lease:
        return await self.connection.send("POST", Lease, _of(paths.HEARTBEAT, id_), body)

    async def candidates(self, id_: UUID) -> tuple[Candidate, ...]:
        return await self.connection.get_list(Candidate, _of(paths.CANDIDATES, id_))

    async def studies(self, id_: UUID) -> tuple[StudyProgress, ...]:
        return await self.connection.get_list(StudyProgress, _of(paths.STUDIES, id_))

    async def declare_study(self, id_: UUID, body: StudyManifest) -> StudyProgress:
        path = paths.STUDY.format(consultation_id=id_, study_instance_uid=body.study_instance_uid)
        return await self.connection.send("PUT", StudyProgress, path, body)

    async def withdraw_study(self, id_: UUID, study_instance_uid: str) -> None:
        path = paths.STUDY.format(consultation_id=id_, study_instance_uid=study_instance_uid)
        await self.connection.request("DELETE", path)

    async def opinion(self, id_: UUID) -> OpinionDraft:
        return await self.connection.get(OpinionDraft, _of(paths.OPINION, id_))

    async def save_opinion(self, id_: UUID, body: SaveOpinion) -> OpinionDraft:
        return await self.connection.send("PUT", OpinionDraft, _of(paths.OPINION, id_), body)

    async def report(self, id_: UUID, version: int | None = None) -> SignedReport:
        """The latest, or one version of it."""
        query = None if version is None else {"version": str(version)}
        return await self.connection.get(SignedReport, _of(paths.REPORT, id_), query)

    async def earlier_report(self, id_: UUID, earlier_id: UUID) -> SignedReport:
        """Of an earlier case of the patient, while this one is held."""
        path = paths.EARLIER_REPORT.format(consultation_id=id_, earlier_id=earlier_id)
        return await self.connection.get(SignedReport, path)

    async def sign(self, id_: UUID, body: SignReport) -> SignedReport:
        return await self.connection.send("POST", SignedReport, _of(paths.REPORT, id_), body)

    async def messages(self, id_: UUID) -> tuple[ChatMessage, ...]:
        return await self.connection.get_list(ChatMessage, _of(paths.MESSAGES, id_))

    async def call(self, id_: UUID) -> CallState:
        return await self.connection.get(CallState, _of(paths.CALL, id_))

    async def invite(self, id_: UUID, body: NewInvitation) -> Invitation:
        return await self.connection.send("POST", Invitation, _of(paths.INVITATIONS, id_), body)

    async def invitations(self, id_: UUID) -> tuple[InvitationState, ...]:
        return await self.connection.get_list(InvitationState, _of(paths.INVITATIONS, id_))

    async def withdraw_invitation(self, id_: UUID, invitation_id: str) -> None:
        path = paths.INVITATION.format(consultation_id=id_, invitation_id=invitation_id)
        await self.connection.request("DELETE", path)

    async def put_out(self, id_: UUID, peer_id: UUID) -> None:
        path = paths.PARTICIPANT.format(consultation_id=id_, peer_id=peer_id)
        await self.connection.request("DELETE", path)

    # --- the library ---------------------------------------------------------------------

    async def library(self, query: str = "", after: str | None = None) -> LibraryPage:
        asked: dict[str, str | int] = {"limit": PAGE}
        asked |= {"q": query} if query else {}
        asked |= {"after": after} if after else {}
        return await self.connection.get(LibraryPage, paths.LIBRARY, asked)

    async def library_entry(self, id_: UUID) -> LibraryEntry:
        path = paths.LIBRARY_ENTRY.format(entry_id=id_)
        return await self.connection.get(LibraryEntry, path)

    async def _patch(self, answer: type[AnswerT], path: str, changed: object) -> AnswerT:
        return self.connection.parse(
            answer, await self.connection.request("PATCH", path, json=changed)
        )


def _of(path: str, consultation_id: UUID) -> str:
    return path.format(consultation_id=consultation_id)
