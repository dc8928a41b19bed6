"""Images a study should have and a case was not given, as far as its clinic knows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from pydantic import Field

from protocol.base import Answer

if TYPE_CHECKING:
    from protocol.attached_study import AttachedStudy


class Shortfall(Answer):
    """What the clinic knew when it added the images of a study."""

    expected: int | None = Field(
        default=None, ge=0, description="how many images the study has, as its archive said"
    )
    still_sending: bool = Field(default=False, description="a device was sending more of them")
    broke_off: bool = Field(default=False, description="the device broke off before its end")
    left_out: int = Field(
        default=0, ge=0, description="refused images that the clinic chose to go on without"
    )
    damaged: int = Field(
        default=0,
        ge=0,
        description="images of the study that could not be read, or were refused as they came in",
    )
    unplaced: int = Field(
        default=0,
        ge=0,
        description="files that came with the study and could not be read: perhaps images of it",
    )

    def lacking(self, declared: int) -> int:
        """How many images are not among the declared ones, as far as anybody said."""
        return max(self.left_out + self.damaged, (self.expected or 0) - declared)

    def is_short(self, declared: int) -> bool:
        """Whether a study with so many declared images must not be taken for a complete one."""
        uncertain = self.still_sending or self.broke_off or bool(self.unplaced)
        return uncertain or bool(self.lacking(declared))


def shortfall_mark(studies: Iterable[AttachedStudy]) -> str:
    """How many images went of how many, over the studies that are short, for the timeline:
    127/180, or 127/? where nobody said how many there are; empty where none is short."""
    return mark_of((one.declared, one.shortfall) for one in studies)


def mark_of(counted: Iterable[tuple[int, Shortfall]]) -> str:
    """As `shortfall_mark`, of declared images and what is known of the others."""
    short = [(count, one) for count, one in counted if one.is_short(count)]
    if not short:
        return ""
    went = sum(count for count, _ in short)
    lacking = [one.lacking(count) for count, one in short]
    return f"{went}/{went + sum(lacking) if all(lacking) else '?'}"
