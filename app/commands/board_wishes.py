"""What a dispatcher wants at the board."""

from dataclasses import dataclass
from uuid import UUID

from protocol.consultation import Action


@dataclass(frozen=True, slots=True)
class WishBoardCase:
    """Looks at a case of the board and at who could take it; None looks away."""

    consultation_id: UUID | None


@dataclass(frozen=True, slots=True)
class WishShowOnBoard:
    """Goes to the board, to this case."""

    consultation_id: UUID


@dataclass(frozen=True, slots=True)
class WishDispatch:
    """One action of the dispatcher; offer and assign name an expert."""

    consultation_id: UUID
    action: Action
    expert_id: UUID | None = None
    reason: str = ""


BoardWish = WishBoardCase | WishShowOnBoard | WishDispatch
