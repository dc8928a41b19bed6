"""A screen or a capture device shown to everybody in a call, as a second video of its owner."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import StringConstraints

from protocol.base import Answer


class ShareKind(StrEnum):
    """DEVICE: a capture device, as of an ultrasound machine; it moves like a camera's picture."""

    SCREEN = "screen"
    WINDOW = "window"
    DEVICE = "device"


ShareTitle = Annotated[str, StringConstraints(strip_whitespace=True, max_length=80)]
"""The device's name. Of screens and windows it is empty: a window's title may name a patient."""


class Share(Answer):
    """What a seat shows that is no person; `owner` is the peer id of whose it is."""

    owner: UUID
    kind: ShareKind
    title: str = ""
