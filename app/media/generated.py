"""Generated media for machines without a camera or microphone: a person by a clock, a soft voice.

The picture is camera-like (soft edges, slow motion), so it costs about what a camera's would.
A row of black and white cells along its lower edge carries the moment it was drawn, which a
receiver on the same machine reads back to measure the delay of the whole way (`read_stamp`).
"""

import math

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from app.media.colour import Pixels, frame_from_bgr
from app.media.sources import AUDIO_RATE, AUDIO_SAMPLES, Clock, Pacer

STAMP_BITS = 24
_CELLS = STAMP_BITS + 8
"""A byte of parity follows, so that a picture without a stamp is not misread."""

_NOISE_ROOM = 64


class GeneratedVideo:
    """Pictures of `width` x `height` pixels, `fps` a second."""

    def __init__(self, width: int, height: int, fps: int, clock: Clock, noise: int = 0) -> None:
        self._clock = clock
        self._noise = _noise(width, height, noise) if noise else None
        self._pacer = Pacer(clock, 1 / fps)
        self._room = _room(width, height)
        self._person, self._person_at = _person(width, height)

    async def next_frame(self) -> av.VideoFrame:
        turn = await self._pacer.next_turn()
        return frame_from_bgr(self.draw(turn, self._clock.now()))

    def draw(self, turn: int, now: float) -> Pixels:
        """The picture of a turn: shape (height, width, 3), BGR, 8 bits."""
        picture = self._room.copy()
        height, width = picture.shape[:2]
        self._draw_person(picture, now)
        self._draw_clock(picture, now)
        if self._noise is not None:
            self._add_noise(picture, self._noise, turn)
        cv2.putText(
            picture,
            f"{turn:06d}",
            (width // 40, height // 12),
            cv2.FONT_HERSHEY_SIMPLEX,
            height / 600,
            (70, 60, 50),
            max(1, height // 300),
            cv2.LINE_AA,
        )
        _stamp(picture, int(now * 1000))
        return picture

    def close(self) -> None:
        """Nothing is held."""

    def _draw_person(self, picture: Pixels, now: float) -> None:
        """Blends the person in, swaying by a few pixels as a person in a chair does."""
        colours, opacity = self._person
        sway = round(picture.shape[1] / 80 * math.sin(now * 1.3))
        left = self._person_at + sway
        part = picture[-colours.shape[0] :, left : left + colours.shape[1]]
        cv2.blendLinear(colours, part, opacity, 1 - opacity, dst=part)

    def _add_noise(self, picture: Pixels, noise: NDArray[np.int16], turn: int) -> None:
        """Other noise in every picture: another part of a field that is larger than the picture."""
        height, width = picture.shape[:2]
        top, left = turn * 37 % _NOISE_ROOM, turn * 53 % _NOISE_ROOM
        part = noise[top : top + height, left : left + width]
        cv2.add(picture, part, dst=picture, dtype=cv2.CV_8U)

    def _draw_clock(self, picture: Pixels, now: float) -> None:
        height, width = picture.shape[:2]
        centre = (width * 5 // 6, height // 5)
        angle = (now % 60) * math.tau / 60
        length = height / 10
        tip = (
            round(centre[0] + length * math.sin(angle)),
            round(centre[1] - length * math.cos(angle)),
        )
        cv2.line(picture, centre, tip, (40, 40, 160), max(1, height // 160), cv2.LINE_AA)


class GeneratedAudio:
    """A quiet tone with the rhythm of syllables: s16 mono, 20 ms a frame."""

    def __init__(self, clock: Clock) -> None:
        self._pacer = Pacer(clock, AUDIO_SAMPLES / AUDIO_RATE, patience=10)
        self._sound = _voice()

    async def next_frame(self) -> av.AudioFrame:
        turn = await self._pacer.next_turn()
        start = turn * AUDIO_SAMPLES % self._sound.shape[1]
        samples = np.ascontiguousarray(self._sound[:, start : start + AUDIO_SAMPLES])
        frame = av.AudioFrame.from_ndarray(samples, format="s16", layout="mono")
        frame.sample_rate = AUDIO_RATE
        return frame

    def close(self) -> None:
        """Nothing is held."""


def read_stamp(bgra: Pixels) -> int | None:
    """The moment of drawing: monotonic milliseconds modulo 2**24; None if there is no stamp.

    Args:
        bgra: shape (height, width, 3 or 4), 8 bits, as received.
    """
    height, width = bgra.shape[:2]
    size = width / (_CELLS + 8)  # the picture may have been scaled since
    centres = ((np.arange(_CELLS) + 0.5) * size).astype(int)
    row = bgra[round(height - size / 2 - 0.5), centres, 1]
    bits = 0
    for level in row:
        bits = bits << 1 | int(level > 127)
    value, parity = bits >> 8, bits & 0xFF
    return value if parity == _parity(value) else None


def _stamp(picture: Pixels, milliseconds: int) -> None:
    value = milliseconds % (1 << STAMP_BITS)
    bits = value << 8 | _parity(value)
    size = _cell(picture.shape[1])
    levels = [235 if bits >> (_CELLS - 1 - cell) & 1 else 20 for cell in range(_CELLS)]
    picture[-size:, : size * _CELLS] = np.repeat(np.array(levels, np.uint8), size)[None, :, None]


def _cell(width: int) -> int:
    return max(2, width // (_CELLS + 8))


def _parity(value: int) -> int:
    return (value ^ value >> 8 ^ value >> 16 ^ 0xA5) & 0xFF


def _noise(width: int, height: int, deviation: int) -> NDArray[np.int16]:
    """Grey noise, three equal channels: shape (height, width, 3), each side larger by the room."""
    shape = (height + _NOISE_ROOM, width + _NOISE_ROOM)
    grey = np.random.default_rng(1).normal(0, deviation, shape).astype(np.int16)
    return np.ascontiguousarray(np.repeat(grey[..., None], 3, axis=2))


def _room(width: int, height: int) -> Pixels:
    """A wall in soft light with a clock face."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    light = 1 - 0.35 * np.hypot(x / width - 0.35, y / height - 0.2)
    room = (light[..., None] * np.array([214, 208, 196], np.float32)).astype(np.uint8)
    centre = (width * 5 // 6, height // 5)
    cv2.circle(room, centre, height // 8, (238, 240, 240), -1, cv2.LINE_AA)
    cv2.circle(room, centre, height // 8, (120, 120, 120), max(1, height // 160), cv2.LINE_AA)
    return np.asarray(cv2.GaussianBlur(room, (0, 0), height / 240), np.uint8)


def _person(width: int, height: int) -> tuple[tuple[Pixels, NDArray[np.float32]], int]:
    """Head and shoulders: (BGR picture, opacity 0..1 of the same height and width), left edge."""
    high, wide = height * 3 // 4, width // 2
    mask = np.zeros((high, wide), np.uint8)
    colours = np.zeros((high, wide, 3), np.uint8)
    colours[:] = (120, 96, 70)
    shoulders, head = (wide // 2, high), (wide // 2, high * 3 // 8)
    cv2.ellipse(mask, shoulders, (wide * 2 // 5, high * 2 // 5), 0, 0, 360, 255, -1)
    for target, colour in ((mask, 255), (colours, (150, 178, 214))):
        cv2.ellipse(target, head, (wide // 6, high // 4), 0, 0, 360, colour, -1)
    cv2.ellipse(
        colours, (head[0], high // 4), (wide // 6, high // 8), 0, 180, 360, (40, 44, 50), -1
    )
    soft = cv2.GaussianBlur(mask, (0, 0), high / 90).astype(np.float32) / 255
    blurred = np.asarray(cv2.GaussianBlur(colours, (0, 0), high / 120), np.uint8)
    return (blurred, np.asarray(soft, np.float32)), (width - wide) // 2


def _voice() -> NDArray[np.int16]:
    """Two seconds that join end to end, shape (1, 2 * AUDIO_RATE): every part has whole cycles."""
    t = np.arange(2 * AUDIO_RATE) / AUDIO_RATE
    tone = sum(
        level * np.sin(math.tau * pitch * t)
        for pitch, level in ((140, 1.0), (280, 0.5), (420, 0.35), (840, 0.15))
    )
    syllables = np.clip(np.sin(math.tau * 3.5 * t), 0, 1) * (0.6 + 0.4 * np.sin(math.tau * t / 2))
    return np.asarray(1800 * tone * syllables, np.int16)[None, :]
