"""What a person wants of intake: inbox, files, the hospital's archives, its settings."""

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from app.net.studies import StudyQuery
from app.store.chosen import Chosen
from app.store.intake_settings import IntakeSettings, Pacs

__all__ = ["StudyQuery"]


@dataclass(frozen=True, slots=True)
class WishLook:
    """Shows whose pictures lie there before they are taken: into the open case, or the inbox."""

    paths: tuple[Path, ...]
    for_case: bool = True


@dataclass(frozen=True, slots=True)
class WishTakeFound:
    """Takes what was chosen of the preview, by study and patient; all where it shows neither.
    `with_loss`: pictures may lose a little to be smaller."""

    chosen: tuple[Chosen, ...] = ()
    with_loss: bool = False


@dataclass(frozen=True, slots=True)
class WishDropFound:
    pass


@dataclass(frozen=True, slots=True)
class WishAttach:
    """Studies of the inbox go with a case; with a new one where none is named."""

    studies: tuple[str, ...]
    consultation_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class WishRemoveFromInbox:
    studies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WishSettle:
    """All images of these studies are in the inbox, whatever their marks say."""

    studies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WishForgetLost:
    """Images of the inbox that cannot be opened any more are removed."""


@dataclass(frozen=True, slots=True)
class WishSearchPacs:
    pacs_id: UUID
    query: StudyQuery


@dataclass(frozen=True, slots=True)
class WishSeekStudy:
    """In all archives of the settings at once."""

    study_instance_uid: str


@dataclass(frozen=True, slots=True)
class WishStopSearch:
    pass


@dataclass(frozen=True, slots=True)
class WishRetrieve:
    pacs_id: UUID
    study_instance_uid: str
    images: int | None = None


@dataclass(frozen=True, slots=True)
class WishStopRetrieve:
    study_instance_uid: str


@dataclass(frozen=True, slots=True)
class WishTestPacs:
    """`calling` is the AE title this computer would have."""

    pacs: Pacs
    password: str = ""
    calling: str = ""

    def __repr__(self) -> str:
        return "WishTestPacs(…)"


@dataclass(frozen=True, slots=True)
class WishSaveIntake:
    """`passwords` by the id of a PACS, only those that were typed now."""

    settings: IntakeSettings
    passwords: tuple[tuple[UUID, str], ...] = ()

    def __repr__(self) -> str:
        return "WishSaveIntake(…)"


IntakeWish = (
    WishLook
    | WishTakeFound
    | WishDropFound
    | WishAttach
    | WishRemoveFromInbox
    | WishSettle
    | WishForgetLost
    | WishSearchPacs
    | WishSeekStudy
    | WishStopSearch
    | WishRetrieve
    | WishStopRetrieve
    | WishTestPacs
    | WishSaveIntake
)
