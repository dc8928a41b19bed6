"""The worklist and the queue as rows, and what rings as a card."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import IntEnum
from uuid import UUID

from PySide6.QtCore import QCoreApplication, QObject, Qt

from app.models.absence import missed
from app.models.findings import waiting
from app.models.service_lines import is_quiet, passes_over
from app.models.table import ROOT, Index, RowTable
from app.models.times import age, duration
from app.models.tips import plain_tip
from app.models.waiting import place_sentence, place_words
from app.models.words import STATUS_LOOKS, urgency_text, word
from app.session.link import LinkPhase
from app.session.queue import (
    ENDED,
    NOT_STARTED,
    CaseFilter,
    Listing,
    Load,
    Queue,
    Search,
    due_of,
)
from app.session.state import State
from protocol.account import CLINICAL_ROLES, Role
from protocol.consultation import ConsultationSummary, Phase, Status, Urgency
from protocol.queue import Candidate, Offer
from protocol.waiting import WaitingPlace

SOON = timedelta(minutes=10)


class Column(IntEnum):
    URGENCY = 0
    PATIENT = 1
    REASON = 2
    DEPARTMENT = 3
    OTHER = 4
    STATUS = 5
    WAIT = 6


@dataclass(frozen=True, slots=True)
class RowProps:
    """One case as a row; `clock_look` is one of the chip looks."""

    id: UUID
    urgency: Urgency
    cells: tuple[str, ...]
    number: str
    status_look: str
    wait_look: str
    place: str = ""
    """Where it stands in the queue, as a sentence; only of a waiting case of one's own."""


@dataclass(frozen=True, slots=True)
class ListProps:
    """`behind`: so many more wait than there are rows."""

    load: Load
    rows: tuple[RowProps, ...]
    behind: int = 0


@dataclass(frozen=True, slots=True)
class WorkProps:
    """The page of cases: what waits for the account (experts), and what it takes part in."""

    shows_waiting: bool
    can_create: bool
    can_claim: bool
    may_break_glass: bool
    offline: bool
    waiting: ListProps
    mine: ListProps
    search: Search = Search()
    quiet: bool = False
    """In a department of this expert cases wait without ringing."""
    heads: frozenset[UUID] = frozenset()
    """Waiting cases that are the head of a queue that experts pull."""


@dataclass(frozen=True, slots=True)
class RingProps:
    """The card of a ringing offer."""

    offer_id: UUID
    consultation_id: UUID
    title: str
    urgency: Urgency
    urgency_text: str
    patient: str
    reason: str
    sender: str
    images: str
    why: tuple[str, ...]
    rings_until: datetime
    handed_by: str = ""
    """Who hands the case over; nobody where it comes from the queue."""
    note: str = ""


def derive_work(state: State, now: datetime) -> WorkProps:
    account = state.link.account
    roles = account.roles if account else ()
    expert = Role.EXPERT in roles or Role.DISPATCHER in roles
    return WorkProps(
        shows_waiting=expert,
        can_create=Role.REQUESTER in roles,
        can_claim=Role.EXPERT in roles,
        may_break_glass=not set(roles).isdisjoint(CLINICAL_ROLES),
        offline=state.link.phase is LinkPhase.OFFLINE,
        waiting=_list(state.queue.waiting, now, as_expert=True),
        mine=_list(_sought(state.queue), now, as_expert=expert, places=state.queue.places),
        search=state.queue.search,
        quiet=_quiet(state),
        heads=_heads(state) if Role.EXPERT in roles else frozenset(),
    )


def _quiet(state: State) -> bool:
    account = state.link.account
    departments = () if account is None or account.expert is None else account.expert.departments
    return any(is_quiet(state.lines, one) for one in departments)


def _heads(state: State) -> frozenset[UUID]:
    waiting = state.queue.waiting.items
    return frozenset(one.id for one in waiting if passes_over(state.lines, one.department))


def _sought(queue: Queue) -> Listing:
    """One's own cases that fit; those found at the server only stand below those that are here."""
    search, mine = queue.search, queue.mine
    if search == Search():
        return mine
    here = tuple(row for row in mine.items if _fits(row, search))
    known = {row.id for row in mine.items}
    more = tuple(row for row in search.found.items if row.id not in known)
    rows = (*here, *(row for row in more if _of_kind(row, search.filter)))
    load = mine.load if rows or search.found.load is Load.READY else search.found.load
    return Listing(load, rows)


def _fits(row: ConsultationSummary, search: Search) -> bool:
    words = " ".join((row.patient_name, row.number, row.reason, row.department)).casefold()
    return search.text.casefold() in words and _of_kind(row, search.filter)


def _of_kind(row: ConsultationSummary, kind: CaseFilter) -> bool:
    return kind is CaseFilter.ALL or (row.status in ENDED) is (kind is CaseFilter.ENDED)


def derive_rings(state: State) -> tuple[RingProps, ...]:
    """The most urgent first; one card is shown at a time."""
    order = list(Urgency)
    rings = [_ring(offer) for offer in state.queue.offers]
    return tuple(sorted(rings, key=lambda ring: (-order.index(ring.urgency), ring.rings_until)))


def patient_line(row: ConsultationSummary, today: date) -> str:
    """Name · sex · age; only what is known."""
    parts = [row.patient_name]
    if row.patient_sex:
        parts.append(word(row.patient_sex))
    if row.patient_birth_date:
        parts.append(age(row.patient_birth_date, today))
    return " · ".join(part for part in parts if part)


def _list(
    listing: Listing,
    now: datetime,
    *,
    as_expert: bool,
    places: tuple[WaitingPlace, ...] = (),
) -> ListProps:
    stands = {place.consultation_id: place for place in places}
    rows = tuple(
        _row(item, now, stands.get(item.id), as_expert=as_expert) for item in listing.items
    )
    return ListProps(listing.load, rows, listing.behind)


def _row(
    item: ConsultationSummary, now: datetime, place: WaitingPlace | None, *, as_expert: bool
) -> RowProps:
    urgency = item.urgency or Urgency.ROUTINE
    if item.status is not Status.PENDING:
        place = None
    if place is not None:
        other = place_words(place, now)
    elif as_expert:
        other = item.requester.institution_name or item.requester.display_name
    else:
        other = item.expert.display_name if item.expert else "–"
    wait, look = _wait(item, now)
    translate = QCoreApplication.translate
    patient = patient_line(item, now.date()) or translate("queue", "Patient not entered yet")
    return RowProps(
        id=item.id,
        urgency=urgency,
        cells=(
            urgency_text(item.urgency) if item.urgency else "–",
            " · ".join(part for part in (patient, short_number(item)) if part),
            reason_line(item) or "–",
            item.department or "–",
            other,
            state_word(item),
            wait,
        ),
        number=item.number,
        status_look=STATUS_LOOKS[item.status],
        wait_look=look,
        place="" if place is None else place_sentence(place, item.department, now),
    )


def short_number(item: ConsultationSummary) -> str:
    """The count of CONS-YYYYMMDD-NNNN: what tells two masked names apart; empty before the server
    has given a number."""
    return f"#{item.number.rpartition('-')[2]}" if item.number else ""


def reason_line(item: ConsultationSummary) -> str:
    """Why the case was sent; that it is a second opinion, or of an MDT, first."""
    translate, kind = QCoreApplication.translate, ""
    if item.second_of is not None:
        kind = translate("queue", "Second opinion")
    elif item.mdt_of is not None:
        kind = translate("queue", "Opinion for an MDT")
    elif item.mdt is not None:
        kind = translate("queue", "MDT")
    return " · ".join(part for part in (kind, item.reason) if part)


def state_word(item: ConsultationSummary) -> str:
    """The phase, or why a case waits again."""
    if missed(item) is not None:
        return QCoreApplication.translate("queue", "Waits again: no-show")
    return word(item.phase)


def _wait(item: ConsultationSummary, now: datetime) -> tuple[str, str]:
    """Time left on the accept clock, or the time since submission, with its look."""
    translate = QCoreApplication.translate
    if item.status is Status.PENDING and item.accept_by is not None:
        left = item.accept_by - now
        if left <= timedelta(0):
            return translate("queue", "{time} overdue").format(time=duration(-left)), "error"
        whole = item.accept_by - (item.submitted_at or item.created_at)
        look = "warning" if left < whole / 2 else "neutral"
        return translate("queue", "{time} left").format(time=duration(left)), look
    if (finding := waiting(item)) is not None:
        return _until(translate("queue", "read back"), finding.due_at, now)[0], "error"
    if item.status in (Status.COMPLETED, Status.CANCELLED):
        return "–", "neutral"
    if (due := _work_due(item)) is not None:
        return _until(*due, now)
    since = item.submitted_at or item.created_at
    return translate("queue", "for {time}").format(time=duration(now - since)), "neutral"


def _work_due(item: ConsultationSummary) -> tuple[str, datetime] | None:
    """What the expert who has the case must do next, and until when; nothing while it waits for
    the clinic."""
    translate, due = QCoreApplication.translate, due_of(item)
    if due is None:
        return None
    begins = item.phase in NOT_STARTED and item.start_by is not None
    return translate("queue", "begin") if begins else translate("queue", "report"), due


def _until(what: str, due: datetime, now: datetime) -> tuple[str, str]:
    translate, left = QCoreApplication.translate, due - now
    if left <= timedelta(0):
        text = translate("queue", "{what}: {time} overdue")
        return text.format(what=what, time=duration(-left)), "error"
    text = translate("queue", "{what}: {time} left")
    return text.format(what=what, time=duration(left)), "warning" if left < SOON else "neutral"


def _ring(offer: Offer) -> RingProps:
    row = offer.consultation
    urgency = row.urgency or Urgency.ROUTINE
    sender = row.requester.display_name
    if row.requester.institution_name:
        sender = f"{row.requester.institution_name} · {sender}"
    return RingProps(
        offer_id=offer.id,
        consultation_id=row.id,
        title=row.number,
        urgency=urgency,
        urgency_text=urgency_text(urgency),
        patient=patient_line(row, row.created_at.date()),
        reason=reason_line(row),
        sender=sender,
        images=" · ".join(part for part in (row.department, _images(row.image_count)) if part),
        why=_why(offer.why),
        rings_until=offer.rings_until,
        handed_by=offer.handed_by.display_name if offer.handed_by else "",
        note=offer.note,
    )


def _images(count: int) -> str:
    return QCoreApplication.translate("queue", "Images: {n}").format(n=count) if count else ""


def _why(candidate: Candidate) -> tuple[str, ...]:
    terms = tuple(f"{word(term.term)} {term.value:+g}" for term in candidate.terms if term.value)
    if candidate.relaxed:
        waited = QCoreApplication.translate("queue", "Outside your diseases: it has waited long")
        return (waited, *terms)
    return terms


class CaseTable(RowTable[RowProps]):
    """The rows of one list of cases."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(lambda row: row.id, parent)

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(Column)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self.row_at(index.row())
        if row is None or not index.isValid():
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return row.cells[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(f"{row.number}\n{row.place or row.cells[index.column()]}")
        if role == Qt.ItemDataRole.AccessibleTextRole:
            standing = row.place if index.column() == Column.OTHER else ""
            return standing or row.cells[index.column()]
        if role == Qt.ItemDataRole.UserRole:
            return row
        return None

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        if orientation is not Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        translate = QCoreApplication.translate
        names = {
            Column.URGENCY: translate("queue", "Urgency"),
            Column.PATIENT: translate("queue", "Patient"),
            Column.REASON: translate("queue", "Reason"),
            Column.DEPARTMENT: translate("queue", "Department"),
            Column.OTHER: translate("queue", "With"),
            Column.STATUS: translate("queue", "State"),
            Column.WAIT: translate("queue", "Clock"),
        }
        return names[Column(section)]


WORKING_PHASES = frozenset(
    {Phase.CLAIMED, Phase.ACCEPTED, Phase.READING, Phase.IN_CALL, Phase.DRAFTING}
)
"""The holder is at work: the claim is renewed by heartbeats."""
