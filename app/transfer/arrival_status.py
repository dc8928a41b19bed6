"""What a sender is told of an object (PS3.4 B.2.3, PS3.7 annex C)."""

from enum import IntEnum


class ArrivalStatus(IntEnum):
    SUCCESS = 0x0000
    DUPLICATE = 0x0111
    OUT_OF_RESOURCES = 0xA700
    WRONG_CLASS = 0xA900
    CANNOT_UNDERSTAND = 0xC000
