"""Status codes of services (PS3.7 annex C, PS3.4 B.2.3, C.4), by what they mean here."""

from enum import IntEnum


class Status(IntEnum):
    """What this program answers to a C-STORE, and reads in other answers."""

    SUCCESS = 0x0000
    DUPLICATE = 0x0111
    NO_SUCH_INSTANCE = 0x0112
    NOT_AUTHORIZED = 0x0124
    OUT_OF_RESOURCES = 0xA700
    WRONG_CLASS = 0xA900
    CANNOT_UNDERSTAND = 0xC000
    CANCELLED = 0xFE00
    PENDING = 0xFF00
    PENDING_WARNING = 0xFF01


PENDING = (Status.PENDING, Status.PENDING_WARNING)
