"""Capture and playout through QtMultimedia. Everything here lives on Qt's (main) thread.

Results go to the call's loop by `call_soon_threadsafe`; the loop asks by `QtRuntime.call`.
"""

import asyncio
import concurrent.futures
import contextlib
import sys
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Generic, TypeVar

import av
import numpy as np
from av.frame import Frame
from PySide6.QtCore import QByteArray, QIODevice, QObject, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtMultimedia import (
    QAudioDevice,
    QAudioFormat,
    QAudioSink,
    QAudioSource,
    QCamera,
    QCameraDevice,
    QMediaCaptureSession,
    QMediaDevices,
    QVideoFrame,
    QVideoSink,
)

from app.media.capture import AUDIO_DEPTH, VIDEO_DEPTH
from app.media.equipment import Device, Devices
from app.media.errors import SourceEndedError, SourceUnavailableError
from app.media.sources import AUDIO_RATE, AUDIO_SAMPLES

if TYPE_CHECKING:
    from app.media.devices.pulse import PulseWatch

ResultT = TypeVar("ResultT")
FrameT = TypeVar("FrameT", bound=Frame)

SILENT_DEVICE_AFTER = 5.0
"""Seconds without a frame until a device counts as gone."""
PLAYOUT_BUFFER = 0.12
"""Seconds of sound a loudspeaker may hold; more would only be delay."""


class _Caller(QObject):
    """Brings a call to Qt's thread."""

    wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.wanted.connect(self._run, Qt.ConnectionType.QueuedConnection)

    @Slot(object)
    def _run(self, work: Callable[[], None]) -> None:
        work()


class QtRuntime:
    """The media process's QGuiApplication; it shows nothing, so it needs no display.

    Args:
        changed: called on Qt's thread when a device came or went.
    """

    def __init__(self, changed: Callable[[Devices], None]) -> None:
        arguments = ["huizhen-media"]
        if sys.platform == "linux":
            arguments += ["-platform", "offscreen"]
        self._application = QGuiApplication(arguments)
        self._caller = _Caller()
        self._changed = changed
        self._plugs = QMediaDevices()
        for plugged in (
            self._plugs.videoInputsChanged,
            self._plugs.audioInputsChanged,
            self._plugs.audioOutputsChanged,
        ):
            plugged.connect(self._tell)
        self._pulse: PulseWatch | None = None
        if sys.platform == "linux":
            from app.media.devices.pulse import watch_pulse

            self._pulse = watch_pulse(lambda: self._caller.wanted.emit(self._tell))

    def run(self) -> None:
        """Runs Qt's loop on the present thread until `quit`."""
        self._application.exec()

    def quit(self) -> None:
        """Ends `run`; from any thread."""
        if self._pulse is not None:
            self._pulse.close()
        self._caller.wanted.emit(self._application.quit)

    def call(self, work: Callable[[], ResultT]) -> "concurrent.futures.Future[ResultT]":
        """Runs the work on Qt's thread; from any thread."""
        result: concurrent.futures.Future[ResultT] = concurrent.futures.Future()

        def run() -> None:
            try:
                result.set_result(work())
            except SourceUnavailableError as error:
                result.set_exception(error)

        self._caller.wanted.emit(run)
        return result

    # --- on Qt's thread ------------------------------------------------------------------

    def list_devices(self) -> Devices:
        present = self._pulse.present if self._pulse is not None else tuple
        return Devices(
            cameras=tuple(_named(device) for device in QMediaDevices.videoInputs()),
            microphones=present([_named(device) for device in QMediaDevices.audioInputs()]),
            speakers=present([_named(device) for device in QMediaDevices.audioOutputs()]),
        )

    def _tell(self) -> None:
        self._changed(self.list_devices())

    def camera(self, device_id: str | None, loop: asyncio.AbstractEventLoop) -> "CameraSource":
        devices = QMediaDevices.videoInputs()
        return CameraSource(_chosen(devices, device_id, "camera"), loop, self)

    def microphone(
        self, device_id: str | None, loop: asyncio.AbstractEventLoop
    ) -> "MicrophoneSource":
        devices = QMediaDevices.audioInputs()
        return MicrophoneSource(_chosen(devices, device_id, "microphone"), loop, self)

    def loudspeaker(self, device_id: str | None) -> "LoudspeakerPlayout":
        devices = QMediaDevices.audioOutputs()
        return LoudspeakerPlayout(_chosen(devices, device_id, "loudspeaker"), self)


DeviceT = TypeVar("DeviceT", QAudioDevice, QCameraDevice)


def _id(device: QAudioDevice | QCameraDevice) -> str:
    return bytes(device.id().data()).decode("utf-8", "replace")


def _named(device: QAudioDevice | QCameraDevice) -> Device:
    return Device(device_id=_id(device), name=device.description(), default=device.isDefault())


def _chosen(devices: list[DeviceT], device_id: str | None, what: str) -> DeviceT:
    """The device of that id; without an id the default, else the first."""
    for device in devices:
        if device.isDefault() if device_id is None else _id(device) == device_id:
            return device
    if devices and device_id is None:
        return devices[0]
    raise SourceUnavailableError(f"no {what}")


def picture_from_image(image: QImage) -> av.VideoFrame:
    """A BGRA picture of any image (rows in Qt are padded to 4 bytes, BGRA rows never are)."""
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits(), np.uint8)
    rows = pixels.reshape(image.height(), image.bytesPerLine() // 4, 4)
    return av.VideoFrame.from_ndarray(np.ascontiguousarray(rows[:, : image.width()]), format="bgra")


def sound_from_bytes(samples: bytes) -> av.AudioFrame:
    """20 ms of s16 mono at 48 kHz."""
    frame = av.AudioFrame.from_ndarray(
        np.frombuffer(samples, np.int16)[None, :], format="s16", layout="mono"
    )
    frame.sample_rate = AUDIO_RATE
    return frame


def call_format(channels: int) -> QAudioFormat:
    """s16 at the call's rate."""
    wanted = QAudioFormat()
    wanted.setSampleRate(AUDIO_RATE)
    wanted.setChannelCount(channels)
    wanted.setSampleFormat(QAudioFormat.SampleFormat.Int16)
    return wanted


class Handover(Generic[FrameT]):
    """Carries frames from Qt's thread into the call's loop; the oldest falls out when full."""

    def __init__(self, depth: int, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._frames: asyncio.Queue[FrameT] = asyncio.Queue(depth)

    def put(self, frame: FrameT) -> None:
        """From Qt's thread."""
        with contextlib.suppress(RuntimeError):  # the call's loop has ended
            self._loop.call_soon_threadsafe(self._put, frame)

    async def get(self) -> FrameT:
        """In the call's loop.

        Raises:
            SourceEndedError: the device gives nothing any more.
        """
        try:
            return await asyncio.wait_for(self._frames.get(), SILENT_DEVICE_AFTER)
        except TimeoutError:
            raise SourceEndedError("the device gives nothing") from None

    def _put(self, frame: FrameT) -> None:
        if self._frames.full():
            self._frames.get_nowait()
        self._frames.put_nowait(frame)


class CameraSource:
    """A camera as a VideoSource."""

    def __init__(
        self, device: QCameraDevice, loop: asyncio.AbstractEventLoop, runtime: QtRuntime
    ) -> None:
        self._runtime = runtime
        self._frames: Handover[av.VideoFrame] = Handover(VIDEO_DEPTH, loop)
        self._sink = QVideoSink()
        self._sink.videoFrameChanged.connect(self._arrived)
        self._camera = QCamera(device)
        self._session = QMediaCaptureSession()
        self._session.setCamera(self._camera)
        self._session.setVideoSink(self._sink)
        self._camera.start()

    async def next_frame(self) -> av.VideoFrame:
        return await self._frames.get()

    def close(self) -> None:
        self._runtime.call(self._end)

    def _end(self) -> None:
        """Qt's objects end on Qt's thread: let go of by another one, they would end there."""
        self._camera.stop()
        del self._session, self._camera, self._sink

    def _arrived(self, frame: QVideoFrame) -> None:
        image = frame.toImage()
        if not image.isNull():
            self._frames.put(picture_from_image(image))


class MicrophoneSource:
    """A microphone as an AudioSource."""

    def __init__(
        self, device: QAudioDevice, loop: asyncio.AbstractEventLoop, runtime: QtRuntime
    ) -> None:
        wanted = call_format(channels=1)
        if not device.isFormatSupported(wanted):
            raise SourceUnavailableError("the microphone does not give 48 kHz mono")
        self._runtime = runtime
        self._frames: Handover[av.AudioFrame] = Handover(AUDIO_DEPTH, loop)
        self._pending = bytearray()
        self._source = QAudioSource(device, wanted)
        self._stream: QIODevice = self._source.start()
        self._stream.readyRead.connect(self._arrived)

    async def next_frame(self) -> av.AudioFrame:
        return await self._frames.get()

    def close(self) -> None:
        self._runtime.call(self._end)

    def _end(self) -> None:
        """On Qt's thread, as for the camera."""
        self._stream.readyRead.disconnect(self._arrived)
        self._source.stop()
        del self._stream, self._source

    def _arrived(self) -> None:
        self._pending += self._stream.readAll().data()
        size = AUDIO_SAMPLES * 2
        while len(self._pending) >= size:
            self._frames.put(sound_from_bytes(bytes(self._pending[:size])))
            del self._pending[:size]


class LoudspeakerPlayout:
    """One stream of the loudspeaker for every peer; the system mixes them."""

    def __init__(self, device: QAudioDevice, runtime: QtRuntime) -> None:
        self._device = device
        self._runtime = runtime
        self._sinks: dict[str, tuple[QAudioSink, QIODevice]] = {}
        self._resamplers: dict[str, av.AudioResampler] = {}

    def play(self, peer_id: str, frame: av.AudioFrame) -> None:
        resampler = self._resamplers.setdefault(
            peer_id, av.AudioResampler("s16", "stereo", AUDIO_RATE)
        )
        for part in resampler.resample(frame):
            samples = part.to_ndarray().tobytes()
            self._runtime.call(partial(self._write, peer_id, samples))

    def forget(self, peer_id: str) -> None:
        self._resamplers.pop(peer_id, None)
        self._runtime.call(lambda: self._stop(peer_id))

    def close(self) -> None:
        for peer_id in tuple(self._resamplers):
            self.forget(peer_id)

    def _write(self, peer_id: str, samples: bytes) -> None:
        if peer_id not in self._sinks:
            sink = QAudioSink(self._device, call_format(channels=2))
            sink.setBufferSize(int(PLAYOUT_BUFFER * AUDIO_RATE) * 4)
            self._sinks[peer_id] = (sink, sink.start())
        sink, stream = self._sinks[peer_id]
        if sink.bytesFree() >= len(samples):
            stream.write(QByteArray(samples))

    def _stop(self, peer_id: str) -> None:
        if (playing := self._sinks.pop(peer_id, None)) is not None:
            playing[0].stop()
