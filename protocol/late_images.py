"""Images that are added to a case after it was submitted, as both sides count them."""

from protocol.consultation import AttachedStudy, CaseContent
from protocol.identity import identity_settled, in_doubt


def arriving_images(studies: tuple[AttachedStudy, ...]) -> int:
    """Images of a submitted case that have not arrived: it cannot be signed without a word."""
    return sum(study.arriving for study in studies)


def late_counts(studies: tuple[AttachedStudy, ...]) -> tuple[int, int]:
    """Late images of a case: how many have arrived, of how many."""
    return sum(one.late_received for one in studies), sum(one.late_declared for one in studies)


def doubted_late(content: CaseContent, studies: tuple[AttachedStudy, ...]) -> int:
    """Late images that have come and may be another patient's, as long as the expert has not said
    that they belong here: it cannot be signed without a word."""
    return sum(study.late_received for study in _doubted(content, studies))


def reported_studies(content: CaseContent, studies: tuple[AttachedStudy, ...]) -> tuple[str, ...]:
    """StudyInstanceUIDs a report rests on: not among them is a late study that never came whole, or
    that may be another patient's."""
    doubted = _doubted(content, studies)
    return tuple(
        study.study_instance_uid for study in studies if study.readable and study not in doubted
    )


def _doubted(content: CaseContent, studies: tuple[AttachedStudy, ...]) -> tuple[AttachedStudy, ...]:
    patient = content.patient
    if patient is None or identity_settled(content, studies):
        return ()
    return tuple(one for one in studies if one.late_received and in_doubt(patient, one))
