"""A study of the outbox with what an import has found for it."""

from collections.abc import Mapping

from app.store.outbox import OutboxInstance, OutboxStudy, PendingImport
from app.transfer.ranking import first_of
from app.transfer.reading import Digest, Head
from protocol.shortfall import Shortfall


def merged(
    pending: PendingImport,
    study_uid: str,
    found: Mapping[str, tuple[Head, Digest]],
    known: Shortfall | None,
    kept: OutboxStudy | None,
) -> OutboxStudy:
    """What the outbox has of a study, and the images of an import in the order of its series;
    `known` is what the inbox says of others, None where the images do not come from it."""
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
    said = [kept.description if kept else "", *(head.study_description for head in heads)]
    return OutboxStudy(
        consultation_id=pending.consultation_id,
        study_instance_uid=study_uid,
        account_id=pending.account_id,
        description=next((one for one in said if one), ""),
        modalities=tuple(dict.fromkeys(one for one in modalities if one)),
        instances=(*old, *instances),
        shortfall=known or (kept.shortfall if kept else Shortfall()),
        left_out=tuple(uid for uid in (kept.left_out if kept else ()) if uid not in found),
        withdraw=kept.withdraw if kept else False,
    )
