"""What somebody wants of the rota."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from protocol.on_call import Contact
from protocol.rota import ChangeRotaEntry, CopyWeek, NewRotaEntry, SetRotaZone


@dataclass(frozen=True, slots=True)
class WishRota:
    """Looks at a week of a department; the Monday."""

    department: str
    from_day: date


@dataclass(frozen=True, slots=True)
class WishAddShift:
    body: NewRotaEntry


@dataclass(frozen=True, slots=True)
class WishChangeShift:
    entry_id: UUID
    body: ChangeRotaEntry


@dataclass(frozen=True, slots=True)
class WishRemoveShift:
    """With `only_day` one day of what repeats."""

    entry_id: UUID
    version: int
    only_day: date | None = None


@dataclass(frozen=True, slots=True)
class WishCopyWeek:
    body: CopyWeek


@dataclass(frozen=True, slots=True)
class WishRotaZone:
    body: SetRotaZone


@dataclass(frozen=True, slots=True)
class WishContact:
    """Reads where an expert is reached; only for dispatchers."""

    expert_id: UUID


@dataclass(frozen=True, slots=True)
class WishSetContact:
    expert_id: UUID
    contact: Contact

    def __repr__(self) -> str:
        return f"WishSetContact({self.expert_id}, …)"


RotaWish = (
    WishRota
    | WishAddShift
    | WishChangeShift
    | WishRemoveShift
    | WishCopyWeek
    | WishRotaZone
    | WishContact
    | WishSetContact
)
