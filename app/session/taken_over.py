"""The draft of who held the case before: what of it can be taken over, and what still stands as
they wrote it."""

from protocol.report import Opinion

TOLD = ("findings", "impression", "recommendation", "critical_finding", "structured", "pictures")
"""What is somebody's own wording, in the order of the paper."""
_PARTS = (*TOLD, "critical", "diagnosis_codes", "learning_flags")


def to_take(own: Opinion, before: Opinion) -> tuple[str, ...]:
    """The parts that are empty in one's own draft and not in the other: nothing own is replaced."""
    return tuple(one for one in _PARTS if getattr(before, one) and not getattr(own, one))


def with_taken(own: Opinion, before: Opinion) -> Opinion:
    """One's own draft with these."""
    return own.model_copy(update={one: getattr(before, one) for one in to_take(own, before)})


def as_written(own: Opinion, before: Opinion) -> tuple[str, ...]:
    """The parts of one's own draft whose words are those of the other."""
    return tuple(one for one in TOLD if getattr(own, one) == getattr(before, one) != _EMPTY[one])


_EMPTY = {one: getattr(Opinion(), one) for one in TOLD}
