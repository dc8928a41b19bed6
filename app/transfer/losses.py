"""Images that a source has and nobody can take, and of which studies they are."""

from collections.abc import Container
from dataclasses import dataclass, field

from app.imaging.errors import Reason
from app.store.chosen import Chosen
from app.transfer.identity import Identity
from app.transfer.reasons import ImageReason, TransferReason

_NOT_LOST = frozenset(
    {Reason.NOT_DICOM, TransferReason.ARCHIVE_NESTED, TransferReason.OTHER_IMAGE_IMPORTED}
)
"""What is no image, or is one beside another of its number, which is here."""


@dataclass(slots=True)
class Losses:
    """Of one source: SOP Instance UIDs by study, and how many nobody can name.

    `chosen` is what is wanted of it; everything, where that is nothing.
    """

    chosen: tuple[Chosen, ...]
    known: dict[str, set[str]] = field(default_factory=dict)
    unplaced: int = 0

    def note(self, code: ImageReason, identity: Identity) -> None:
        """A file was left out."""
        if code in _NOT_LOST or not self._may_be_chosen(identity.study_instance_uid):
            return
        if identity.study_instance_uid and identity.sop_instance_uid:
            self.known.setdefault(identity.study_instance_uid, set()).add(identity.sop_instance_uid)
        else:
            self.unplaced += 1

    def _may_be_chosen(self, study: str) -> bool:
        """Also where a file does not say its study."""
        if not (study and self.chosen):
            return True
        return any(study == one.study_instance_uid for one in self.chosen)

    def beside(self, studies: Container[str]) -> int:
        """How many may be of any of these studies, or are of one of which nothing could be read."""
        elsewhere = sum(len(lost) for uid, lost in self.known.items() if uid not in studies)
        return self.unplaced + elsewhere
