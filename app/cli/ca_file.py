"""The file behind `--ca`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from app.net.trust import Pin


class CaUnreadableError(Exception):
    """The text is for the person at the terminal."""


def pin_in(ca: Path | None) -> Pin | None:
    """The CA to trust instead of the system's, None where no file is named."""
    from app.net.errors import NotUnderstood
    from app.net.trust import pin_of

    if ca is None:
        return None
    try:
        return pin_of(ca.read_text("ascii"))
    except (OSError, UnicodeDecodeError, NotUnderstood) as error:
        raise CaUnreadableError(
            "--ca: this file holds no certificate in PEM that can be read"
        ) from error
