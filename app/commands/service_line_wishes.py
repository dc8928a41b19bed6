"""What a dispatcher or an administrator chooses for a department."""

from dataclasses import dataclass

from protocol.service_line import LineMode


@dataclass(frozen=True, slots=True)
class WishChooseMode:
    """None: as the site's settings say."""

    department: str
    mode: LineMode | None


ServiceLineWish = WishChooseMode
