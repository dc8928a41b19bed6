"""What an expert should see first is sent first: chosen pictures, then one of each series."""

from collections.abc import Collection, Sequence

from app.imaging.dataset import DicomObject
from app.imaging.errors import ImagingError
from app.imaging.key_objects import is_key_objects, read_key_objects
from app.store.outbox import OutboxInstance


def chosen_by(obj: DicomObject, sop_class_uid: str) -> frozenset[str]:
    """SOP Instance UIDs that a key object selection chooses; none for other objects, for one that
    cannot be read, and for one that tells which pictures must not be used."""
    if not is_key_objects(sop_class_uid):
        return frozenset()
    try:
        selection = read_key_objects(obj)
    except ImagingError:
        return frozenset()
    if selection.rejects or selection.listed_only:
        return frozenset()
    return frozenset(one.sop_instance_uid for one in selection.references)


def first_of(instances: Sequence[OutboxInstance], chosen: Collection[str]) -> frozenset[str]:
    """The instances to send before the others: those chosen, and the middle of each series."""
    series: dict[str, list[str]] = {}
    for one in instances:
        series.setdefault(one.series_instance_uid, []).append(one.sop_instance_uid)
    middles = {uids[len(uids) // 2] for uids in series.values()}
    return frozenset(one.sop_instance_uid for one in instances) & (middles | set(chosen))
