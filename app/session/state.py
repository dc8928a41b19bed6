"""The whole state of the client, and the one function that moves it."""

from dataclasses import dataclass, fields, replace

from app.session.administration import Administration, AdministrationFact, reduce_administration
from app.session.auditing import Audit, AuditFact, reduce_audit
from app.session.board import Board, BoardFact, reduce_board
from app.session.call import Call, CallFact, reduce_call
from app.session.call_check import CallCheckState, CheckFact, reduce_check
from app.session.case import Case, CaseFact, reduce_case
from app.session.chat import Chat, ChatFact, reduce_chat
from app.session.emergency import Emergency, EmergencyFact, reduce_emergency
from app.session.emr import Emr, EmrFact, reduce_emr
from app.session.emr_writes import CaseWrites, WritesSeen
from app.session.entry import Entry, EntryChanged
from app.session.equipment import EquipmentFact, EquipmentState, reduce_equipment
from app.session.fetching import FetchFact, Fetching, reduce_fetching
from app.session.intake import Intake, IntakeFact, reduce_intake
from app.session.invitation import InvitationFact, Invitations, reduce_invitations
from app.session.library import Library, LibraryFact, reduce_library
from app.session.link import FactSeen, Link, LinkFact, SignedOut, reduce_link
from app.session.lock import Lock, LockChanged
from app.session.notices import Notice, NoticeFact, reduce_notices
from app.session.notifications import (
    Notifications,
    NotificationsFact,
    reduce_notifications,
)
from app.session.phrases import OwnPhrase, PhrasesRead
from app.session.queue import Queue, QueueFact, reduce_queue
from app.session.recording import RecordingFact, Recordings, reduce_recordings
from app.session.report_copy import ReportCopies, ReportCopyFact, reduce_report_copies
from app.session.report_pictures import (
    ReportPictureFact,
    ReportPictures,
    reduce_report_pictures,
)
from app.session.rota import Rota, RotaFact, reduce_rota
from app.session.second_factor import SecondFactor, SecondFactorChanged
from app.session.service_lines import Lines, LinesFact, reduce_lines
from app.session.sharing import Sharing, SharingFact, reduce_sharing
from app.session.signature import Signature, SignatureFact, reduce_signature
from app.session.signed_in import Sessions, SessionsFact, reduce_sessions
from app.session.upload import UploadFact, Uploads, reduce_uploads
from protocol.fact import Fact

AnyFact = (
    LinkFact
    | EntryChanged
    | SecondFactorChanged
    | SessionsFact
    | LockChanged
    | EmergencyFact
    | AuditFact
    | QueueFact
    | BoardFact
    | RotaFact
    | LinesFact
    | CaseFact
    | UploadFact
    | FetchFact
    | IntakeFact
    | EmrFact
    | WritesSeen
    | CallFact
    | ChatFact
    | EquipmentFact
    | SharingFact
    | CheckFact
    | InvitationFact
    | RecordingFact
    | LibraryFact
    | AdministrationFact
    | SignatureFact
    | PhrasesRead
    | ReportPictureFact
    | ReportCopyFact
    | NoticeFact
    | NotificationsFact
)


@dataclass(frozen=True, slots=True)
class State:
    link: Link = Link()
    entry: Entry = Entry()
    second_factor: SecondFactor = SecondFactor()
    sessions: Sessions = Sessions()
    lock: Lock = Lock()
    emergency: Emergency = Emergency()
    audit: Audit = Audit()
    queue: Queue = Queue()
    board: Board = Board()
    rota: Rota = Rota()
    lines: Lines = Lines()
    case: Case | None = None
    uploads: Uploads = Uploads()
    fetching: Fetching = Fetching()
    intake: Intake = Intake()
    emr: Emr = Emr()
    emr_writes: tuple[CaseWrites, ...] = ()
    call: Call = Call()
    chat: Chat = Chat()
    equipment: EquipmentState = EquipmentState()
    sharing: Sharing = Sharing()
    call_check: CallCheckState = CallCheckState()
    invitations: Invitations = Invitations()
    recordings: Recordings = Recordings()
    library: Library = Library()
    administration: Administration = Administration()
    signature: Signature = Signature()
    phrases: tuple[OwnPhrase, ...] = ()
    report_pictures: ReportPictures = ReportPictures()
    report_copies: ReportCopies = ReportCopies()
    notices: tuple[Notice, ...] = ()
    notifications: Notifications = Notifications()


def reduce(state: State, fact: AnyFact) -> State:
    """The next state; a fact may concern several parts, and an unchanged state is the same one."""
    if isinstance(fact, SignedOut):
        entry = Entry(server=state.entry.server, username=state.entry.username)
        return State(link=reduce_link(state.link, fact), entry=entry)
    if isinstance(fact, Fact) and 0 < fact.seq <= state.link.last_seq:
        return state  # a replay of what has been applied
    new = state
    if isinstance(fact, LinkFact):
        new = replace(new, link=reduce_link(new.link, fact))
    if isinstance(fact, QueueFact):
        new = replace(new, queue=reduce_queue(new.queue, fact, state.link.account))
    if isinstance(fact, BoardFact):
        new = replace(new, board=reduce_board(new.board, fact))
    if isinstance(fact, RotaFact):
        new = replace(new, rota=reduce_rota(new.rota, fact))
    if isinstance(fact, LinesFact):
        new = replace(new, lines=reduce_lines(new.lines, fact))
    if isinstance(fact, CaseFact):
        new = replace(new, case=reduce_case(new.case, fact))
    if isinstance(fact, UploadFact):
        new = replace(new, uploads=reduce_uploads(new.uploads, fact))
    if isinstance(fact, FetchFact):
        new = replace(new, fetching=reduce_fetching(new.fetching, fact))
    if isinstance(fact, IntakeFact):
        new = replace(new, intake=reduce_intake(new.intake, fact))
    new = _around_the_hospital(_around_the_person(new, fact), fact)
    new = _around_the_report(_around_the_call(new, fact), fact)
    if isinstance(fact, LibraryFact):
        new = replace(new, library=reduce_library(new.library, fact))
    if isinstance(fact, AdministrationFact):
        new = replace(new, administration=reduce_administration(new.administration, fact))
    if isinstance(fact, NoticeFact):
        new = replace(new, notices=reduce_notices(new.notices, fact))
    if isinstance(fact, NotificationsFact):
        new = replace(new, notifications=reduce_notifications(new.notifications, fact))
    if isinstance(fact, Fact) and fact.seq:
        new = replace(new, link=reduce_link(new.link, FactSeen(fact.seq)))
    unchanged = all(getattr(new, f.name) is getattr(state, f.name) for f in fields(State))
    return state if unchanged else new


def _around_the_hospital(new: State, fact: AnyFact) -> State:
    if isinstance(fact, EmrFact):
        new = replace(new, emr=reduce_emr(new.emr, fact))
    if isinstance(fact, WritesSeen):
        new = replace(new, emr_writes=fact.writes)
    return new


def _around_the_person(new: State, fact: AnyFact) -> State:
    if isinstance(fact, EntryChanged):
        new = replace(new, entry=fact.entry)
    if isinstance(fact, SecondFactorChanged):
        new = replace(new, second_factor=fact.second_factor)
    if isinstance(fact, SessionsFact):
        new = replace(new, sessions=reduce_sessions(new.sessions, fact))
    if isinstance(fact, LockChanged):
        new = replace(new, lock=fact.lock)
    if isinstance(fact, EmergencyFact):
        new = replace(new, emergency=reduce_emergency(new.emergency, fact))
    if isinstance(fact, AuditFact):
        new = replace(new, audit=reduce_audit(new.audit, fact))
    return new


def _around_the_call(new: State, fact: AnyFact) -> State:
    if isinstance(fact, CallFact):
        new = replace(new, call=reduce_call(new.call, fact))
    if isinstance(fact, ChatFact):
        new = replace(new, chat=reduce_chat(new.chat, fact))
    if isinstance(fact, SharingFact):
        new = replace(new, sharing=reduce_sharing(new.sharing, fact))
    if isinstance(fact, EquipmentFact):
        new = replace(new, equipment=reduce_equipment(new.equipment, fact))
    if isinstance(fact, CheckFact):
        new = replace(new, call_check=reduce_check(new.call_check, fact))
    if isinstance(fact, InvitationFact):
        new = replace(new, invitations=reduce_invitations(new.invitations, fact))
    if isinstance(fact, RecordingFact):
        new = replace(new, recordings=reduce_recordings(new.recordings, fact))
    return new


def _around_the_report(new: State, fact: AnyFact) -> State:
    if isinstance(fact, SignatureFact):
        new = replace(new, signature=reduce_signature(new.signature, fact))
    if isinstance(fact, PhrasesRead):
        new = replace(new, phrases=fact.phrases)
    if isinstance(fact, ReportPictureFact):
        pictures = reduce_report_pictures(new.report_pictures, fact)
        new = replace(new, report_pictures=pictures)
    return _with_copies(new, fact)


def _with_copies(new: State, fact: AnyFact) -> State:
    """Those of the open case: what is told of another changes nothing, and goes with it."""
    copies, opened = new.report_copies, None if new.case is None else new.case.id
    if isinstance(fact, ReportCopyFact) and fact.consultation_id == opened:
        return replace(new, report_copies=reduce_report_copies(copies, fact))
    if copies.consultation_id not in (None, opened):
        return replace(new, report_copies=ReportCopies())
    return new
