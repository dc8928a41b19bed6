"""Instances of a case as a test needs them, described without a file."""

import io
from collections.abc import Collection
from typing import Any

import numpy as np
import pydicom

from app.imaging.priors import CaseStudy, case_studies
from app.imaging.series import Instance, describe_bytes, group
from tests.imaging.objects import ct_object

AXIAL = [1, 0, 0, 0, 1, 0]
CORONAL = [1, 0, 0, 0, 0, -1]
_PIXELS = np.zeros((8, 8), np.int16)


def instance(**attributes: Any) -> Instance:
    """An instance of 8 × 8 pixels; None takes an attribute away."""
    gone = [keyword for keyword, value in attributes.items() if value is None]
    given = {keyword: value for keyword, value in attributes.items() if value is not None}
    defaults = {"StudyDate": "20261121", "StudyTime": "0930", "SeriesDescription": ""}
    data = ct_object(_PIXELS, **{**defaults, **given})
    if gone:
        ds = pydicom.dcmread(io.BytesIO(data))
        for keyword in gone:
            if keyword in ds:
                delattr(ds, keyword)
        stream = io.BytesIO()
        ds.save_as(stream)
        data = stream.getvalue()
    return describe_bytes(data)


def stack(uid: str, count: int = 3, **attributes: Any) -> list[Instance]:
    """A series of axial slices unless told otherwise."""
    facts = {"ImageOrientationPatient": AXIAL, "PixelSpacing": [1, 1], **attributes}
    return [
        instance(
            SeriesInstanceUID=uid,
            InstanceNumber=n + 1,
            ImagePositionPatient=[0, 0, float(n)],
            **facts,
        )
        for n in range(count)
    ]


def view(uid: str, modality: str, **attributes: Any) -> list[Instance]:
    """One projection in a series of its own."""
    return [instance(SeriesInstanceUID=uid, Modality=modality, **attributes)]


def mammograms(study: str = "2.25.1", **attributes: Any) -> list[Instance]:
    """Four views, each in a series of its own."""
    found: list[Instance] = []
    for number, (side, name) in enumerate(
        [("R", "CC"), ("L", "CC"), ("R", "MLO"), ("L", "MLO")], start=1
    ):
        found += view(
            f"{study}.{number}",
            "MG",
            StudyInstanceUID=study,
            SeriesNumber=number,
            ImageLaterality=side,
            ViewPosition=name,
            **attributes,
        )
    return found


def studies_of(
    *instances: list[Instance], own: Collection[str] | None = None
) -> tuple[CaseStudy, ...]:
    """The studies of a case; `own` as `case_studies`."""
    every = [one for some in instances for one in some]
    return case_studies([series for study in group(every) for series in study.series], own)
