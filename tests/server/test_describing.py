"""A few attributes of an object are told as they are among all of them."""

import io

import pytest
from pydicom import Dataset, dcmwrite
from pydicom.uid import ImplicitVRLittleEndian

from server.api.dicomweb.describing import metadata
from tests.server.images import new_study


@pytest.fixture
def implicit() -> bytes:
    """Signed pixels, and an element of its maker's, without words for how they are to be read."""
    (ds,) = new_study(1)
    assert isinstance(ds, Dataset)
    ds.PixelRepresentation = 1
    ds.add_new(0x00280120, "SS", -2000)
    ds.private_block(0x0019, "SIEMENS MR HEADER", create=True).add_new(0x0C, "IS", "1000")
    del ds.file_meta
    ds.ensure_file_meta()
    ds.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian
    ds.file_meta.MediaStorageSOPClassUID = ds.SOPClassUID
    ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
    out = io.BytesIO()
    dcmwrite(out, ds, implicit_vr=True, little_endian=True, enforce_file_format=True)
    return out.getvalue()


@pytest.mark.parametrize("tag", ["00280120", "0019100C"])
def test_what_is_asked_for_alone_is_read_as_with_all_the_others(implicit: bytes, tag: str) -> None:
    whole = metadata(io.BytesIO(implicit), "")
    alone = metadata(io.BytesIO(implicit), "", bulk=False, only=[tag])
    assert whole[tag]["Value"] in ([-2000], [1000])
    assert alone[tag] == whole[tag]
