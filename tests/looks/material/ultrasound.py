"""An ultrasound cine: a sector of speckle with a vessel that beats."""

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.uid import UltrasoundMultiFrameImageStorage, generate_uid

from tests.looks.material.objects import generated, grey, write

ROWS, COLUMNS, FRAMES = 480, 640, 16
MM = 0.3


def frames() -> NDArray[np.uint8]:
    """(FRAMES, ROWS, COLUMNS) grey levels."""
    y, x = np.mgrid[0:ROWS, 0:COLUMNS].astype(np.float32)
    down, across = y + 60, x - COLUMNS / 2
    depth, angle = np.hypot(down, across), np.arctan2(across, down)
    sector = (np.abs(angle) < 0.62) & (depth > 110) & (depth < 520)
    generator = np.random.default_rng(7)
    white = generator.standard_normal((ROWS, COLUMNS)).astype(np.float32)
    speckle = np.abs(cv2.GaussianBlur(white, (0, 0), 3.2, sigmaY=1.8))
    speckle = speckle / np.float32(speckle.mean())
    layers = 0.62 + 0.25 * np.sin(depth / 17) * np.exp(-(((depth - 150) / 90) ** 2))
    fade = np.clip(1.25 - depth / 620, 0.2, 1)
    made = np.empty((FRAMES, ROWS, COLUMNS), np.uint8)
    for number in range(FRAMES):
        beat = 1 + 0.14 * np.sin(2 * np.pi * number / FRAMES)
        radius = np.hypot((x - 350) / (74 * beat), (y - 270) / (46 * beat))
        wall = np.exp(-(((radius - 1.06) / 0.09) ** 2))
        lumen = np.clip((radius - 0.9) / 0.15, 0.05, 1)
        echo = np.sqrt(speckle)
        level = 120 * echo * layers * fade * lumen + 90 * wall * (0.5 + 0.5 * echo)
        made[number] = np.clip(level, 0, 255) * sector
    return made


def write_cine(folder: Path, *, date: str = "20261121") -> Path:
    """One multi-frame object with FrameTime and a calibrated region (PS3.3 C.8.5.5)."""
    region = Dataset()
    region.RegionSpatialFormat, region.RegionDataType, region.RegionFlags = 1, 1, 0
    region.RegionLocationMinX0, region.RegionLocationMinY0 = 0, 0
    region.RegionLocationMaxX1, region.RegionLocationMaxY1 = COLUMNS - 1, ROWS - 1
    region.PhysicalUnitsXDirection = region.PhysicalUnitsYDirection = 3
    region.PhysicalDeltaX = region.PhysicalDeltaY = MM / 10
    ds = generated(
        UltrasoundMultiFrameImageStorage,
        Modality="US",
        StudyInstanceUID=generate_uid(None),
        SeriesInstanceUID=generate_uid(None),
        StudyDate=date,
        StudyDescription="血管超声",
        SeriesDescription="颈动脉 横断面",
        SeriesNumber=1,
        NumberOfFrames=FRAMES,
        FrameTime=50,
        WindowCenter=120,
        WindowWidth=240,
        SequenceOfUltrasoundRegions=[region],
    )
    grey(ds, ROWS, COLUMNS, 8)
    ds.PixelData = frames().tobytes()
    return write(folder, "US.dcm", ds)
