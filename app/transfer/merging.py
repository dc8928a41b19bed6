"""A study of the outbox with what an import has found for it."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.store.outbox import OutboxInstance, OutboxStudy, PendingImport
from app.transfer.ranking import first_of
from app.transfer.reading import Digest, Head
from protocol.shortfall import Shortfall


@dataclass(frozen=True, slots=True)
class InboxShortfall:
    """What the inbox says of the images of a study that are not among those it gives, and which of
    them it could not take."""

    shortfall: Shortfall
    lost: frozenset[str]


@dataclass(frozen=True, slots=True)
class Brought:
    """What an import has for a study.

    `found` are new images and `seen` all that it read of the study, by SOP Instance UID; `lost`
    are those it could not read, `beside` counts files that may be more of them. `known` is None
    where the images do not come from the inbox.
    """

    found: Mapping[str, tuple[Head, Digest]]
    seen: frozenset[str]
    lost: frozenset[str]
    beside: int
    known: InboxShortfall | None


def merged(
    pending: PendingImport, study_uid: str, brought: Brought, kept: OutboxStudy | None
) -> OutboxStudy:
    """What the outbox has of a study, and the images of an import in the order of its series."""
    found = brought.found
    ordered = sorted(found.values(), key=lambda one: (one[0].series_number, one[0].instance_number))
    heads = [head for head, _ in ordered]
    instances = [
        OutboxInstance(
            sop_instance_uid=head.sop_instance_uid,
            series_instance_uid=head.series_instance_uid,
            sha256=digest.sha256,
            size=digest.size,
            original_sha256=digest.original_sha256,
            lossy=digest.lossy,
        )
        for head, digest in ordered
    ]
    first = first_of(instances, frozenset[str]().union(*(head.chosen for head in heads)))
    instances = [
        one.model_copy(update={"first": one.sop_instance_uid in first}) for one in instances
    ]
    old = [one for one in kept.instances if one.sop_instance_uid not in found] if kept else []
    modalities = [*(kept.modalities if kept else ()), *(head.modality for head in heads)]
    lost = _lost(brought, kept) - {one.sop_instance_uid for one in (*old, *instances)}
    said = [kept.description if kept else "", *(head.study_description for head in heads)]
    return OutboxStudy(
        consultation_id=pending.consultation_id,
        study_instance_uid=study_uid,
        account_id=pending.account_id,
        description=next((one for one in said if one), ""),
        modalities=tuple(dict.fromkeys(one for one in modalities if one)),
        instances=(*old, *instances),
        shortfall=_shortfall(brought, kept).model_copy(update={"damaged": len(lost)}),
        left_out=tuple(uid for uid in (kept.left_out if kept else ()) if uid not in found),
        lost=tuple(sorted(lost)),
        withdraw=kept.withdraw if kept else False,
    )


def _lost(brought: Brought, kept: OutboxStudy | None) -> set[str]:
    inbox = brought.known.lost if brought.known else frozenset[str]()
    return {*brought.lost, *inbox, *(kept.lost if kept else ())}


def _shortfall(brought: Brought, kept: OutboxStudy | None) -> Shortfall:
    """Files that cannot be said to be of any study count until all that is there of this one has
    been read again without them: then the disc was written anew."""
    before = kept.shortfall if kept else Shortfall()
    told = brought.known.shortfall if brought.known else before
    again = kept and brought.seen.issuperset(one.sop_instance_uid for one in kept.instances)
    unplaced = max(
        brought.beside,
        brought.known.shortfall.unplaced if brought.known else 0,
        0 if again else before.unplaced,
    )
    return told.model_copy(update={"unplaced": unplaced})
