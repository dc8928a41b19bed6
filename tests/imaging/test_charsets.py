"""Chinese names are right in every way in which machines write them (PS3.3 C.12.1.1.2)."""

import io
from typing import Any

import pytest
from pydicom import dcmread

from app.imaging.dataset import open_object
from app.imaging.series import describe_bytes
from app.imaging.writing.origin import finished, source_head
from server.api.dicomweb.headers import read_header
from tests.imaging.objects import ct_object, ramp

NAME = "Zhao^Wu=赵^五"
GBK = b"Zhao^Wu=\xd5\xd4^\xce\xe5"
ESCAPED = b"Zhao^Wu=\x1b$)A\xd5\xd4^\x1b$)A\xce\xe5"


def named(name: bytes, character_set: Any) -> bytes:
    """An object whose PatientName is exactly these bytes."""
    ds = dcmread(io.BytesIO(ct_object(ramp(8, 8))))
    place = b"Q" * (len(name) + len(name) % 2)
    ds.PatientName = place.decode()
    if character_set is None:
        del ds.SpecificCharacterSet
    else:
        ds.SpecificCharacterSet = character_set
    stream = io.BytesIO()
    ds.save_as(stream)
    return stream.getvalue().replace(place, name + b" " * (len(name) % 2))


def at_the_server(data: bytes) -> str:
    """What is stored, found and compared there."""
    return read_header(io.BytesIO(data), len(data)).patient.name


@pytest.mark.parametrize(
    ("name", "character_set"),
    [
        (ESCAPED, ["", "ISO 2022 IR 58"]),
        (GBK, ["", "ISO 2022 IR 58"]),
        (GBK, "GB18030"),
        (GBK, "GBK"),
        (GBK, None),
        (NAME.encode(), "ISO_IR 192"),
    ],
    ids=["IR 58", "IR 58 without escapes", "GB18030", "GBK", "GBK unsaid", "UTF-8"],
)
def test_a_chinese_name_reads_as_it_was_meant(name: bytes, character_set: Any) -> None:
    data = named(name, character_set)
    assert describe_bytes(data).patient.name == NAME
    assert at_the_server(data) == NAME
    picture = open_object(data).dataset
    head = finished(source_head(picture), [picture])
    stream = io.BytesIO()
    head.save_as(stream, implicit_vr=False, little_endian=True)
    read = dcmread(io.BytesIO(stream.getvalue()), force=True)
    assert str(read.PatientName) == NAME


@pytest.mark.parametrize(
    ("name", "character_set", "meant"),
    [
        (b"M\xfcller^J\xfcrgen", "ISO_IR 100", "Müller^Jürgen"),
        (b"M\xfcller^J\xfcrgen", None, "Müller^Jürgen"),
        (b"Caf\xe9", None, "Café"),
    ],
    ids=["Latin 1", "Latin 1 unsaid", "at the end"],
)
def test_a_european_name_does_not_become_chinese(
    name: bytes, character_set: Any, meant: str
) -> None:
    data = named(name, character_set)
    assert describe_bytes(data).patient.name == at_the_server(data) == meant
