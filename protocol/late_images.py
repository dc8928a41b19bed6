"""Images that are added to a case after it was submitted, as both sides count them."""

from protocol.consultation import AttachedStudy


def arriving_images(studies: tuple[AttachedStudy, ...]) -> int:
    """Images of a submitted case that have not arrived: it cannot be signed without a word."""
    return sum(study.arriving for study in studies)


def late_counts(studies: tuple[AttachedStudy, ...]) -> tuple[int, int]:
    """Late images of a case: how many have arrived, of how many."""
    return sum(one.late_received for one in studies), sum(one.late_declared for one in studies)


def reported_studies(studies: tuple[AttachedStudy, ...]) -> tuple[str, ...]:
    """StudyInstanceUIDs a report rests on: a late study that never came whole is not among them."""
    return tuple(study.study_instance_uid for study in studies if study.readable)
