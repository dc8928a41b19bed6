"""CT instances of the phantom in any number, each with UIDs of its own, made before the clock."""

import random
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from app.cli.demo.identity import PatientIdentity
from app.cli.demo.phantom import write_ct_phantom

PATIENT = PatientIdentity("He^Xiaoxi=何^小溪", "QS-2026-0042", "F", "19580402")
TEMPLATES = 20


@dataclass(frozen=True, slots=True)
class MadeInstance:
    """One Part 10 file and the UIDs in it."""

    sop_instance_uid: str
    series_instance_uid: str
    study_instance_uid: str
    data: bytes


def phantom(folder: Path, slices: int) -> list[Path]:
    """A series of 512² slices."""
    return write_ct_phantom(folder, patient=PATIENT, slices=slices)


def large_radiograph(folder: Path) -> None:
    """One picture of 20 megapixels and 14 bits."""
    import cv2
    from pydicom import dcmread

    (path,) = phantom(folder, 1)
    slice_ = dcmread(path)
    shades = cv2.resize(slice_.pixel_array, (4000, 5000), interpolation=cv2.INTER_CUBIC)
    noise = np.random.default_rng(1).integers(0, 12, shades.shape, np.uint16)
    slice_.Rows, slice_.Columns = shades.shape
    slice_.BitsStored, slice_.HighBit = 14, 13
    slice_.PixelSpacing = [0.1, 0.1]
    slice_.PixelData = np.clip(shades + noise, 0, (1 << 14) - 1).astype("<u2").tobytes()
    slice_.save_as(path)


class Factory:
    """Copies a few slices under new UIDs of the same length, so that nothing else changes."""

    def __init__(self) -> None:
        from pydicom import dcmread

        self._templates: list[MadeInstance] = []
        with tempfile.TemporaryDirectory(prefix="huizhen-bench-") as folder:
            for path in phantom(Path(folder), TEMPLATES):
                read = dcmread(path, stop_before_pixels=True)
                self._templates.append(
                    MadeInstance(
                        str(read.SOPInstanceUID),
                        str(read.SeriesInstanceUID),
                        str(read.StudyInstanceUID),
                        path.read_bytes(),
                    )
                )

    def study(self, count: int, more_of: MadeInstance | None = None) -> list[MadeInstance]:
        """A new study of `count` instances in one series, or so many more of another's."""
        first = self._templates[0]
        study, series = (
            _same_length(first.study_instance_uid),
            _same_length(first.series_instance_uid),
        )
        if more_of is not None:
            study, series = more_of.study_instance_uid, more_of.series_instance_uid
        return [
            self._copy(self._templates[n % len(self._templates)], study, series)
            for n in range(count)
        ]

    @staticmethod
    def _copy(template: MadeInstance, study: str, series: str) -> MadeInstance:
        sop = _same_length(template.sop_instance_uid)
        head, pixels = template.data[:4096], template.data[4096:]
        for old, new in (
            (template.study_instance_uid, study),
            (template.series_instance_uid, series),
            (template.sop_instance_uid, sop),
        ):
            assert old.encode() in head
            head = head.replace(old.encode(), new.encode())
        return MadeInstance(sop, series, study, head + pixels)


def _same_length(uid: str) -> str:
    """Another UID below 2.25 (PS3.5 B.2) of the same length."""
    digits = len(uid) - len("2.25.")
    return f"2.25.{random.randrange(10 ** (digits - 1), 10**digits)}"
