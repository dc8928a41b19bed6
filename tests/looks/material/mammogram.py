"""Mammograms: a breast from its outline, fat and glandular texture, and a pectoral muscle."""

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.uid import DigitalMammographyXRayImageStorageForPresentation, generate_uid

from tests.looks.material.objects import generated, grey, write

ROWS, COLUMNS = 960, 720
MM = 0.25
FULL = 4095
Image = NDArray[np.float32]


def _clouds(seed: int, *scales: float) -> Image:
    """Smooth noise from 0 to 1, of several grain sizes in pixels."""
    generator = np.random.default_rng(seed)
    total = np.zeros((ROWS, COLUMNS), np.float32)
    for scale in scales:
        white = generator.standard_normal((ROWS, COLUMNS)).astype(np.float32)
        soft = cv2.GaussianBlur(white, (0, 0), scale)
        total += soft / np.float32(soft.std())
    made: Image = np.clip(total / (2.4 * len(scales)) + 0.5, 0, 1).astype(np.float32)
    return made


def breast(view: str, seed: int, mass_mm: float = 0.0) -> NDArray[np.uint16]:
    """(ROWS, COLUMNS) samples of a right breast, its chest wall at the right edge."""
    y, x = np.mgrid[0:ROWS, 0:COLUMNS].astype(np.float32)
    depth = (COLUMNS - x) / (COLUMNS * 0.82)
    middle = 0.56 if view == "MLO" else 0.5
    height = (y / ROWS - middle) / (0.47 if view == "MLO" else 0.43)
    if view == "MLO":  # it hangs a little
        height = height + 0.10 * depth
    outline = 1 - np.sqrt(depth**2 + np.abs(height) ** 2.1)
    inside = np.clip(outline / 0.02, 0, 1)
    thick = np.clip(outline / 0.16, 0, 1) ** 0.6
    gland = np.clip(1 - ((depth - 0.42) / 0.42) ** 2 - (height / 0.62) ** 2, 0, 1)
    texture = _clouds(seed, 60, 24, 9) * 0.85 + _clouds(seed + 1, 3) * 0.15
    tissue = 0.20 + 0.10 * _clouds(seed + 2, 22, 5) + 0.55 * gland * texture**1.3
    skin = np.exp(-(((outline - 0.012) / 0.008) ** 2)) * 0.22
    level = inside * (tissue * thick + skin)
    if view == "MLO":
        edge = (x - COLUMNS * 0.66) / (COLUMNS * 0.34) - (y / (ROWS * 0.62)) * 1.0
        muscle = np.clip(edge / 0.04, 0, 1) * np.clip((0.66 * ROWS - y) / 60, 0, 1)
        level = level * (1 - muscle) + muscle * (0.62 + 0.08 * _clouds(seed + 3, 9))
    if mass_mm:
        cx, cy = COLUMNS * 0.62, ROWS * (0.50 if view == "MLO" else 0.42)
        radius = np.hypot(x - cx, y - cy) / (mass_mm / MM / 2)
        blurred = 0.8 + 0.5 * _clouds(seed + 5, 14)
        level = level + 0.5 * np.exp(-((radius * blurred) ** 3)) * inside
    grain = np.random.default_rng(seed + 4).standard_normal((ROWS, COLUMNS)) * 0.008
    stored = np.clip((level + grain * (level > 0.02)) * FULL, 0, FULL)
    made: NDArray[np.uint16] = stored.astype(np.uint16)
    return made


def mammogram(view: str, side: str, study: dict[str, Any], mass_mm: float = 0.0) -> pydicom.Dataset:
    """One view as it hangs: right breasts with the chest wall at the right, left at the left."""
    seed = {"CC": 10, "MLO": 20}[view] + {"R": 1, "L": 2}[side] * 100
    samples = breast(view, seed, mass_mm)
    if side == "L":
        samples = np.ascontiguousarray(samples[:, ::-1])
    row = "P" if side == "R" else "A"
    inner = "L" if side == "R" else "R"
    ds = generated(
        DigitalMammographyXRayImageStorageForPresentation,
        Modality="MG",
        BodyPartExamined="BREAST",
        ViewPosition=view,
        ImageLaterality=side,
        PatientOrientation=[row, inner if view == "CC" else "F" + inner],
        SeriesInstanceUID=generate_uid(None),
        SeriesNumber={"RCC": 1, "LCC": 2, "RMLO": 3, "LMLO": 4}[side + view],
        SeriesDescription=f"{side} {view}",
        ImagerPixelSpacing=[MM, MM],
        WindowCenter=2000,
        WindowWidth=3400,
        **study,
    )
    grey(ds, ROWS, COLUMNS, 12)
    ds.PixelData = samples.astype("<u2").tobytes()
    return ds


def write_screening(folder: Path, *, date: str = "20261121", mass_mm: float = 0.0) -> None:
    """Four views of one day; `mass_mm` is the size of a mass in the left breast."""
    study = {
        "StudyInstanceUID": generate_uid(None),
        "StudyDate": date,
        "StudyDescription": "双侧乳腺钼靶摄影",
    }
    for view in ("CC", "MLO"):
        for side in ("R", "L"):
            ds = mammogram(view, side, study, mass_mm if side == "L" else 0.0)
            write(folder, f"MG-{date}-{side}{view}.dcm", ds)
