"""Images that a source has and nobody can take, and of which studies they are."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from app.imaging.errors import Reason
from app.store.chosen import Chosen
from app.transfer.identity import Identity
from app.transfer.reasons import ImageReason, TransferReason

_NOT_LOST = frozenset(
    {Reason.NOT_DICOM, TransferReason.ARCHIVE_NESTED, TransferReason.OTHER_IMAGE_IMPORTED}
)
"""What is no image, or is one beside another of its number, which is here."""


def is_wanted(chosen: tuple[Chosen, ...], identity: Identity) -> bool:
    """Whether a file may be one of those that were chosen: also where it does not say its study."""
    study = identity.study_instance_uid
    return not (study and chosen) or any(study == one.study_instance_uid for one in chosen)


@dataclass(slots=True)
class Losses:
    """Of one source: SOP Instance UIDs by study, and how many nobody can name."""

    known: dict[str, set[str]] = field(default_factory=dict)
    unplaced: int = 0

    def note(self, code: ImageReason, identity: Identity) -> None:
        """A file was left out."""
        if code in _NOT_LOST:
            return
        if identity.study_instance_uid and identity.sop_instance_uid:
            self.known.setdefault(identity.study_instance_uid, set()).add(identity.sop_instance_uid)
        else:
            self.unplaced += 1

    def beside(self, studies: Iterable[str]) -> int:
        """How many may be of any of these studies, or are of one of which nothing could be read."""
        elsewhere = Counter({uid: len(lost) for uid, lost in self.known.items()})
        for uid in studies:
            del elsewhere[uid]
        return self.unplaced + elsewhere.total()
