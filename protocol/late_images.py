"""Images that are added to a case after it was submitted, as both sides count them."""

from protocol.attached_study import AttachedStudy
from protocol.consultation import CaseContent, Patient
from protocol.identity import identity_settled, may_name_another


def arriving_images(studies: tuple[AttachedStudy, ...]) -> int:
    """Images of a submitted case that have not arrived: it cannot be signed without a word."""
    return sum(study.arriving for study in studies)


def late_counts(studies: tuple[AttachedStudy, ...]) -> tuple[int, int]:
    """Late images of a case: how many have arrived, of how many."""
    return sum(one.late_received for one in studies), sum(one.late_declared for one in studies)


def doubted_late(content: CaseContent, studies: tuple[AttachedStudy, ...]) -> int:
    """Late images that have come and may be another patient's, as long as the expert has not said
    that they belong here: it cannot be signed without a word."""
    return sum(_doubted(content, studies).values())


def reported_studies(content: CaseContent, studies: tuple[AttachedStudy, ...]) -> tuple[str, ...]:
    """StudyInstanceUIDs a report rests on: not among them is a late study that never came whole, or
    that may be another patient's."""
    doubted = _doubted(content, studies)
    uids = (one.study_instance_uid for one in studies if one.readable)
    return tuple(uid for uid in uids if uid not in doubted)


def _doubted(content: CaseContent, studies: tuple[AttachedStudy, ...]) -> dict[str, int]:
    """How many late images of each study are in doubt, by StudyInstanceUID of those with any."""
    patient = content.patient
    if patient is None or identity_settled(content, studies):
        return {}
    counts = {one.study_instance_uid: _in_doubt(patient, one) for one in studies}
    return {uid: count for uid, count in counts.items() if count}


def _in_doubt(patient: Patient, study: AttachedStudy) -> int:
    if may_name_another(patient, study):
        return study.late_received
    return study.late_nameless
