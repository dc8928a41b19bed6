"""Segmentations (by highdicom) and structures made for a test, over a small oblique stack."""

import io
import math
from collections.abc import Sequence
from typing import Any

import highdicom
import numpy as np
import pydicom
from highdicom.seg import SegmentAlgorithmTypeValues, Segmentation, SegmentDescription
from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.sr.codedict import codes
from pydicom.uid import UID, ExplicitVRLittleEndian, RTStructureSetStorage

from tests.imaging.objects import ct_object, item, ramp

ROWS, COLUMNS, SLICES, GAP = 20, 24, 5, 3.0
TURN = math.radians(20)
FACING = [math.cos(TURN), math.sin(TURN), 0.0, 0.0, 0.0, -1.0]
"""Nearly coronal, turned about the patient's long axis; the normal lies in the axial plane."""
NORMAL = np.cross(FACING[:3], FACING[3:])
ORIGIN = np.array([-10.0, 5.0, 40.0])
SPACING = [0.8, 0.5]
SPACE = "2.25.5"


def place_of(number: float) -> list[float]:
    """ImagePositionPatient of a slice; fractions lie between slices."""
    return [float(part) for part in ORIGIN + NORMAL * GAP * number]


def slices(**attributes: Any) -> list[bytes]:
    """The stack: instances 2.25.100, 2.25.101, … of series 2.25.2."""
    facts = {
        "ImageOrientationPatient": FACING,
        "PixelSpacing": SPACING,
        "SliceThickness": GAP,
        "FrameOfReferenceUID": SPACE,
        "StudyID": "1",
        "StudyDate": "20261121",
        "StudyTime": "100000",
        "AccessionNumber": "",
        "ReferringPhysicianName": "",
        "PositionReferenceIndicator": "",
        "WindowCenter": -800,
        "WindowWidth": 600,
        **attributes,
    }
    return [
        ct_object(
            ramp(ROWS, COLUMNS),
            SOPInstanceUID=f"2.25.{100 + n}",
            InstanceNumber=n + 1,
            ImagePositionPatient=place_of(n),
            **facts,
        )
        for n in range(SLICES)
    ]


def heads(data: Sequence[bytes]) -> list[Dataset]:
    """The slices as pydicom reads them."""
    return [pydicom.dcmread(io.BytesIO(one)) for one in data]


def blobs(shape: tuple[int, int, int] = (SLICES, ROWS, COLUMNS)) -> np.ndarray:
    """(slices, rows, columns, 2) two segments that do not overlap: the first in slices 1 and 2, the
    second in 2, 3 and 4, every slice another mask."""
    found = np.zeros((*shape, 2), np.uint8)
    for n in (1, 2):
        found[n, 2 + n : 8, 3 : 9 + n, 0] = 1
    for n in (2, 3, 4):
        found[n, 10 : 13 + n, 12 + n : 20, 1] = 1
        found[n, 11, 14 + n, 1] = 0
    return found


def described(number: int, label: str, **more: Any) -> SegmentDescription:
    """One segment, liver or spleen by code."""
    return SegmentDescription(
        segment_number=number,
        segment_label=label,
        segmented_property_category=codes.SCT.Organ,
        segmented_property_type=codes.SCT.Liver if number == 1 else codes.SCT.Spleen,
        algorithm_type=SegmentAlgorithmTypeValues.MANUAL,
        **more,
    )


def segmentation(
    sources: Sequence[Dataset], pixels: Any, kind: str = "BINARY", **more: Any
) -> Segmentation:
    """Made by highdicom; two segments named Liver (with a colour) and Spleen (without)."""
    red = highdicom.color.CIELabColor(53.2, 80.1, 67.2)
    return Segmentation(
        source_images=sources,
        pixel_array=pixels,
        segmentation_type=kind,
        segment_descriptions=[
            described(1, "Liver", display_color=red),
            described(2, "Spleen"),
        ],
        series_instance_uid="2.25.60",
        series_number=60,
        sop_instance_uid="2.25.61",
        instance_number=1,
        manufacturer="x",
        manufacturer_model_name="x",
        software_versions="1",
        device_serial_number="1",
        content_label="ORGANS",
        content_description="abdomen",
        **more,
    )


def written(ds: Dataset) -> bytes:
    """An object as its file."""
    stream = io.BytesIO()
    ds.save_as(stream, enforce_file_format=True)
    return stream.getvalue()


def contour(points: np.ndarray, kind: str = "CLOSED_PLANAR") -> Dataset:
    """One contour of (points, 3) millimetres."""
    found = item(ContourGeometricType=kind, NumberOfContourPoints=len(points))
    found.ContourData = [f"{part:.6g}" for part in points.ravel()]
    return found


def structures(rois: dict[str, Sequence[Dataset]], **more: Any) -> bytes:
    """A structure set; regions are numbered from 1, the first is green, the others uncoloured."""
    ds = Dataset()
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    ds.SpecificCharacterSet = "ISO_IR 192"
    ds.SOPClassUID = ds.file_meta.MediaStorageSOPClassUID = RTStructureSetStorage
    ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = UID("2.25.71")
    ds.StudyInstanceUID, ds.SeriesInstanceUID, ds.Modality = "2.25.1", "2.25.70", "RTSTRUCT"
    ds.StructureSetLabel, ds.StructureSetDate, ds.StructureSetTime = "PLAN", "20261121", "1405"
    ds.StructureSetROISequence = [
        item(ROINumber=n, ROIName=name, ReferencedFrameOfReferenceUID=SPACE)
        for n, name in enumerate(rois, start=1)
    ]
    drawn = [item(ReferencedROINumber=n) for n in range(1, len(rois) + 1)]
    drawn[0].ROIDisplayColor = [0, 255, 0]
    for one, contours in zip(drawn, rois.values(), strict=True):
        one.ContourSequence = list(contours)
    ds.ROIContourSequence = drawn
    ds.RTROIObservationsSequence = [item(ReferencedROINumber=1, RTROIInterpretedType="ORGAN")]
    for keyword, value in more.items():
        setattr(ds, keyword, value)
    return written(ds)
