"""Structured findings of a report: a value under a code, which a template asks for."""

from enum import StrEnum
from typing import Annotated

from pydantic import StringConstraints

from protocol.base import Message, ShortText

MOST_STRUCTURED = 24
NUMBER = r"^\d{1,6}(\.\d{1,4})?$"


class Side(StrEnum):
    """Of a paired organ or a lesion; empty where the template does not ask."""

    NONE = ""
    RIGHT = "right"
    LEFT = "left"
    BOTH = "both"


_CHINESE = {Side.NONE: "", Side.RIGHT: "右侧", Side.LEFT: "左侧", Side.BOTH: "双侧"}


class StructuredFinding(Message):
    """`name` and `unit` as the expert read them, so that the signed text needs no table; `code` is
    the template's, `loinc` the same in LOINC where it has one.

    With a `ucum` unit the value is a number, written as it was measured (a text: the canonical form
    of a report has no floating point); without one it is a category.
    """

    code: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{1,59}$")]
    name: ShortText
    side: Side = Side.NONE
    value: Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z.+-]{0,12}$")] = ""
    unit: Annotated[str, StringConstraints(max_length=20)] = ""
    ucum: Annotated[str, StringConstraints(pattern=r"^[!-~]{0,20}$")] = ""
    loinc: Annotated[str, StringConstraints(pattern=r"^(\d{1,7}-\d)?$")] = ""

    @property
    def key(self) -> tuple[str, Side]:
        """What of two reports is the same thing."""
        return self.code, self.side

    @property
    def chinese(self) -> str:
        """One line, for readers whose language nobody knows: the name is the expert's."""
        side = _CHINESE[self.side]
        return f"{self.name}（{side}）{self.amount}" if side else f"{self.name} {self.amount}"

    @property
    def amount(self) -> str:
        """Value and unit as they are read."""
        return f"{self.value} {self.unit}".strip()
