"""What the media process and its capture process say to each other (JSON lines, `app.ipc`)."""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from app.media.sharing import ListSurfaces, ScreenSource, Surfaces, SurfaceTrouble, WindowSource
from protocol.base import Message


class BeginCapture(Message):
    """Takes pictures of it until EndCapture or another BeginCapture."""

    kind: Literal["begin-capture"] = "begin-capture"
    source: Annotated[ScreenSource | WindowSource, Field(discriminator="kind")]


class EndCapture(Message):
    kind: Literal["end-capture"] = "end-capture"


class Captured(Message):
    """Pictures are in this shared memory from now on; only those that differ are written."""

    kind: Literal["captured"] = "captured"
    surface_id: str
    memory: str


class CaptureFailed(Message):
    kind: Literal["capture-failed"] = "capture-failed"
    trouble: SurfaceTrouble


CaptureCommand = Annotated[ListSurfaces | BeginCapture | EndCapture, Field(discriminator="kind")]
CaptureEvent = Annotated[Surfaces | Captured | CaptureFailed, Field(discriminator="kind")]
CAPTURE_COMMANDS: TypeAdapter[CaptureCommand] = TypeAdapter(CaptureCommand)
CAPTURE_EVENTS: TypeAdapter[CaptureEvent] = TypeAdapter(CaptureEvent)
