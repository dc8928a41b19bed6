"""The clinic's worklist, the expert's queue, and what rings."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import assert_never
from uuid import UUID

from protocol.consultation import ConsultationSummary, Status
from protocol.queue import Offer, PersonPresence
from protocol.socket import ConsultationChanged, ConsultationLeft, OfferEnded, OfferRang


class Load(Enum):
    """The four drawn states of a list; empty is READY without rows."""

    LOADING = auto()
    READY = auto()
    FAILED = auto()


@dataclass(frozen=True, slots=True)
class Listing:
    load: Load = Load.LOADING
    items: tuple[ConsultationSummary, ...] = ()

    def find(self, consultation_id: UUID) -> ConsultationSummary | None:
        return next((item for item in self.items if item.id == consultation_id), None)


@dataclass(frozen=True, slots=True)
class Queue:
    """`mine` are the cases the account takes part in; `waiting` what it may claim."""

    mine: Listing = Listing()
    waiting: Listing = Listing()
    offers: tuple[Offer, ...] = ()
    presence: tuple[PersonPresence, ...] = ()


@dataclass(frozen=True, slots=True)
class MineLoaded:
    items: tuple[ConsultationSummary, ...]


@dataclass(frozen=True, slots=True)
class WaitingLoaded:
    items: tuple[ConsultationSummary, ...]


@dataclass(frozen=True, slots=True)
class OffersLoaded:
    offers: tuple[Offer, ...]


@dataclass(frozen=True, slots=True)
class ListsFailed:
    pass


@dataclass(frozen=True, slots=True)
class PresenceLoaded:
    presence: tuple[PersonPresence, ...]


@dataclass(frozen=True, slots=True)
class PresenceSeen:
    presence: PersonPresence


QueueFact = (
    MineLoaded
    | WaitingLoaded
    | OffersLoaded
    | ListsFailed
    | PresenceLoaded
    | PresenceSeen
    | ConsultationChanged
    | ConsultationLeft
    | OfferRang
    | OfferEnded
)


def reduce_queue(queue: Queue, fact: QueueFact) -> Queue:
    match fact:
        case MineLoaded(items):
            return replace(queue, mine=Listing(Load.READY, _newest(queue.mine.items, items)))
        case WaitingLoaded(items):
            return replace(queue, waiting=Listing(Load.READY, items))
        case OffersLoaded(offers):
            return replace(queue, offers=offers)
        case ListsFailed():
            return replace(queue, mine=_failed(queue.mine), waiting=_failed(queue.waiting))
        case PresenceLoaded(presence):
            return replace(queue, presence=presence)
        case PresenceSeen(presence):
            others = tuple(p for p in queue.presence if p.account_id != presence.account_id)
            return replace(queue, presence=(*others, presence))
        case ConsultationChanged():
            return _changed(queue, fact.consultation)
        case ConsultationLeft():
            return replace(
                queue,
                mine=_without(queue.mine, fact.consultation_id),
                waiting=_without(queue.waiting, fact.consultation_id),
            )
        case OfferRang():
            others_ringing = tuple(offer for offer in queue.offers if offer.id != fact.offer.id)
            return replace(queue, offers=(*others_ringing, fact.offer))
        case OfferEnded():
            left = tuple(offer for offer in queue.offers if offer.id != fact.offer_id)
            return replace(queue, offers=left)
        case _:
            assert_never(fact)


def _failed(listing: Listing) -> Listing:
    """Rows that are already on screen stay; only an empty list shows the failure."""
    return listing if listing.items else Listing(Load.FAILED)


def _without(listing: Listing, consultation_id: UUID) -> Listing:
    return replace(
        listing, items=tuple(item for item in listing.items if item.id != consultation_id)
    )


def _newest(
    known: Iterable[ConsultationSummary], loaded: Iterable[ConsultationSummary]
) -> tuple[ConsultationSummary, ...]:
    """The loaded rows, except where a fact has already told a newer version."""
    newer = {item.id: item for item in known}
    rows = []
    for item in loaded:
        mine = newer.get(item.id)
        rows.append(mine if mine is not None and mine.version > item.version else item)
    return tuple(sorted(rows, key=lambda row: row.updated_at, reverse=True))


def _changed(queue: Queue, row: ConsultationSummary) -> Queue:
    waiting = queue.waiting
    if waiting.find(row.id) is not None:
        items = tuple(row if item.id == row.id else item for item in waiting.items)
        waiting = replace(waiting, items=items)
    if row.status is not Status.PENDING:
        waiting = _without(waiting, row.id)
    known = queue.mine.find(row.id)
    if known is not None and known.version > row.version:
        return replace(queue, waiting=waiting)
    others = tuple(item for item in queue.mine.items if item.id != row.id)
    return replace(queue, waiting=waiting, mine=replace(queue.mine, items=(row, *others)))
