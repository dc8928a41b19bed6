"""The clinic's worklist, the expert's queue, and what rings."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import Enum, auto
from functools import reduce
from typing import assert_never
from uuid import UUID

from protocol.account import Account, Role
from protocol.consultation import ConsultationSummary, Phase, Status
from protocol.queue import Offer, PersonPresence
from protocol.socket import (
    ClockWarned,
    ConsultationChanged,
    ConsultationLeft,
    OfferEnded,
    OfferRang,
)
from protocol.waiting import WaitingPlace


class Load(Enum):
    """The four drawn states of a list; empty is READY without rows."""

    LOADING = auto()
    READY = auto()
    FAILED = auto()


@dataclass(frozen=True, slots=True)
class Listing:
    """`behind`: so many more there are than the server has told."""

    load: Load = Load.LOADING
    items: tuple[ConsultationSummary, ...] = ()
    behind: int = 0

    def find(self, consultation_id: UUID) -> ConsultationSummary | None:
        return next((item for item in self.items if item.id == consultation_id), None)


class CaseFilter(Enum):
    ALL = auto()
    OPEN = auto()
    ENDED = auto()


NOT_STARTED = (Phase.CLAIMED, Phase.ACCEPTED, Phase.SCHEDULED)
_NEVER = datetime.max.replace(tzinfo=UTC)
ENDED = (Status.COMPLETED, Status.CANCELLED)


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for among one's own cases; `found` is what the server says of the text."""

    text: str = ""
    filter: CaseFilter = CaseFilter.ALL
    found: Listing = Listing(Load.READY)


@dataclass(frozen=True, slots=True)
class Queue:
    """`mine` are the cases the account takes part in; `waiting` what it may claim."""

    mine: Listing = Listing()
    waiting: Listing = Listing()
    offers: tuple[Offer, ...] = ()
    presence: tuple[PersonPresence, ...] = ()
    places: tuple[WaitingPlace, ...] = ()
    search: Search = Search()

    def place_of(self, consultation_id: UUID) -> WaitingPlace | None:
        """Where a waiting case of the account stands."""
        return next((one for one in self.places if one.consultation_id == consultation_id), None)


CaseMoved = ConsultationChanged | ConsultationLeft
OfferMoved = OfferRang | OfferEnded
QueueMoved = CaseMoved | OfferMoved


@dataclass(frozen=True, slots=True)
class MineLoaded:
    """`told`: what came while the list was on its way; it is newer than the list."""

    items: tuple[ConsultationSummary, ...]
    told: tuple[CaseMoved, ...] = ()


@dataclass(frozen=True, slots=True)
class WaitingLoaded:
    items: tuple[ConsultationSummary, ...]
    behind: int = 0


@dataclass(frozen=True, slots=True)
class OffersLoaded:
    """`told` as of `MineLoaded`."""

    offers: tuple[Offer, ...]
    told: tuple[OfferMoved, ...] = ()


@dataclass(frozen=True, slots=True)
class ListsFailed:
    pass


@dataclass(frozen=True, slots=True)
class PresenceLoaded:
    presence: tuple[PersonPresence, ...]


@dataclass(frozen=True, slots=True)
class PresenceSeen:
    presence: PersonPresence


@dataclass(frozen=True, slots=True)
class PlacesSeen:
    places: tuple[WaitingPlace, ...]


@dataclass(frozen=True, slots=True)
class CasesSought:
    text: str
    filter: CaseFilter


@dataclass(frozen=True, slots=True)
class CasesFound:
    """`items` is None where the server could not be asked."""

    text: str
    items: tuple[ConsultationSummary, ...] | None


QueueFact = (
    MineLoaded
    | WaitingLoaded
    | OffersLoaded
    | ListsFailed
    | PresenceLoaded
    | PresenceSeen
    | PlacesSeen
    | CasesSought
    | CasesFound
    | ConsultationChanged
    | ConsultationLeft
    | OfferRang
    | OfferEnded
    | ClockWarned
)


def reduce_queue(queue: Queue, fact: QueueFact, account: Account | None = None) -> Queue:
    match fact:
        case MineLoaded(items, told):
            rows = _newer(queue.mine.items, items)
            listed = replace(queue, mine=Listing(Load.READY, _ordered(rows, account)))
            return _with_told(listed, told, account)
        case WaitingLoaded(items, behind):
            rows = _newer(queue.waiting.items, items)
            return replace(queue, waiting=Listing(Load.READY, rows, behind))
        case OffersLoaded(offers, told):
            return _with_told(replace(queue, offers=offers), told, account)
        case ListsFailed():
            return replace(queue, mine=_failed(queue.mine), waiting=_failed(queue.waiting))
        case PresenceLoaded(presence):
            return replace(queue, presence=presence)
        case PresenceSeen(presence):
            others = tuple(p for p in queue.presence if p.account_id != presence.account_id)
            return replace(queue, presence=(*others, presence))
        case PlacesSeen(places):
            return replace(queue, places=places)
        case CasesSought() | CasesFound():
            return replace(queue, search=_searched(queue.search, fact))
        case ConsultationChanged():
            return _changed(queue, fact.consultation, account)
        case ConsultationLeft():
            return replace(
                queue,
                mine=_without(queue.mine, fact.consultation_id),
                waiting=_without(queue.waiting, fact.consultation_id),
            )
        case OfferRang():
            others_ringing = tuple(offer for offer in queue.offers if offer.id != fact.offer.id)
            return replace(queue, offers=(*others_ringing, fact.offer))
        case ClockWarned():
            return queue  # a notice tells of it; the rows say the time by themselves
        case OfferEnded():
            left = tuple(offer for offer in queue.offers if offer.id != fact.offer_id)
            return replace(queue, offers=left)
        case _:
            assert_never(fact)


def _with_told(queue: Queue, told: Iterable[QueueMoved], account: Account | None) -> Queue:
    return reduce(lambda known, one: reduce_queue(known, one, account), told, queue)


def _failed(listing: Listing) -> Listing:
    """Rows that are already on screen stay; only an empty list shows the failure."""
    return listing if listing.items else Listing(Load.FAILED)


def _without(listing: Listing, consultation_id: UUID) -> Listing:
    return replace(
        listing, items=tuple(item for item in listing.items if item.id != consultation_id)
    )


def outdated(told: ConsultationSummary, known: ConsultationSummary | None) -> bool:
    """Whether a newer row is known: `version` counts the content, `updated_at` the rest."""
    if known is None:
        return False
    return (told.version, told.updated_at) < (known.version, known.updated_at)


def _newer(
    known: Iterable[ConsultationSummary], loaded: Iterable[ConsultationSummary]
) -> tuple[ConsultationSummary, ...]:
    """The loaded rows in their order, except where a fact has already told a newer one."""
    told = {item.id: item for item in known}
    return tuple(told[item.id] if outdated(item, told.get(item.id)) else item for item in loaded)


def due_of(row: ConsultationSummary) -> datetime | None:
    """Until when what comes next of a case must be done; None where nothing runs."""
    if row.status in ENDED:
        found = row.finding
        return found.due_at if found is not None and found.open else None
    if row.status is Status.PENDING:
        return row.accept_by
    if row.phase is Phase.AWAITING_INFORMATION:
        return None
    return row.start_by if row.phase in NOT_STARTED and row.start_by else row.report_by


def _ordered(
    rows: Iterable[ConsultationSummary], account: Account | None
) -> tuple[ConsultationSummary, ...]:
    """The last changed first; for an expert what is due next, so that no row moves because
    somebody else touches it."""
    changed = sorted(rows, key=lambda row: (row.updated_at, row.id), reverse=True)
    if account is None or Role.EXPERT not in account.roles:
        return tuple(changed)
    over = [row for row in changed if due_of(row) is None and row.status in ENDED]
    running = [row for row in changed if due_of(row) is not None or row.status not in ENDED]
    running.sort(key=lambda row: (due_of(row) or _NEVER, row.created_at, row.id))
    return (*running, *over)


def _takes_part(row: ConsultationSummary, account: Account | None) -> bool:
    """A waiting case of somebody else belongs to the queue (its row is masked), not to `mine`."""
    return (
        account is None
        or row.status is not Status.PENDING
        or row.requester.id == account.id
        or Role.DISPATCHER in account.roles
    )


def _changed(queue: Queue, row: ConsultationSummary, account: Account | None) -> Queue:
    known = queue.mine.find(row.id)
    if outdated(row, known) or outdated(row, queue.waiting.find(row.id)):
        return queue
    waiting = tuple(row if item.id == row.id else item for item in queue.waiting.items)
    if row.status is not Status.PENDING:
        waiting = tuple(item for item in waiting if item.id != row.id)
    others = tuple(item for item in queue.mine.items if item.id != row.id)
    mine = (*others, row) if _takes_part(row, account) else others
    return replace(
        queue,
        waiting=replace(queue.waiting, items=waiting),
        mine=replace(queue.mine, items=_ordered(mine, account)),
    )


def _searched(search: Search, fact: CasesSought | CasesFound) -> Search:
    if isinstance(fact, CasesSought):
        if fact.text == search.text:
            return replace(search, filter=fact.filter)
        asked = Listing(Load.LOADING if fact.text else Load.READY)
        return Search(fact.text, fact.filter, asked)
    if fact.text != search.text:
        return search  # what was looked for before
    if fact.items is None:
        return replace(search, found=Listing(Load.FAILED))
    return replace(search, found=Listing(Load.READY, fact.items))
