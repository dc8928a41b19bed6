"""Encapsulated documents: what they are and their bytes (PS3.3 C.24.2)."""

import time
import warnings
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.imaging.dataset import open_file, open_object
from app.imaging.document import (
    MAX_TEXT,
    DocumentKind,
    EncapsulatedDocument,
    document_text,
    read_document,
)
from app.imaging.errors import ImagingError, MalformedError, MissingAttributeError
from tests.imaging.others import (
    ENCAPSULATED_CDA,
    ENCAPSULATED_PDF,
    ENCAPSULATED_STL,
    instance,
)

CDA = """<?xml version="1.0" encoding="utf-8"?>
<ClinicalDocument xmlns="urn:hl7-org:v3">
 <recordTarget><given>Na</given><family>Li</family></recordTarget>
 <title>会诊意见</title>
 <component><section><title>Findings</title>
  <text><paragraph>No &lt;acute&gt; change.</paragraph>
   <list><item>one</item><item>two</item></list>
   <table><tr><td>Hb</td><td>130 g/L</td></tr></table></text>
  <entry><value code="x">coded, not read aloud</value></entry>
 </section></component>
</ClinicalDocument>"""


def read(data: bytes, sop_class: str = ENCAPSULATED_PDF, **more: Any) -> EncapsulatedDocument:
    return read_document(open_object(instance(sop_class, EncapsulatedDocument=data, **more)))


def test_real_documents_are_pdfs(shared_data: Path) -> None:
    paths = sorted((shared_data / "conformance" / "pdf").iterdir())
    found = [read_document(open_file(path)) for path in paths]
    assert [one.kind for one in found] == [DocumentKind.PDF] * 2
    assert all(one.data.startswith(b"%PDF-") for one in found)
    assert all(one.mime_type == "application/pdf" for one in found)


def test_the_byte_that_pads_the_document_is_not_part_of_it() -> None:
    found = read(b"%PDF-1.7 odd\0", EncapsulatedDocumentLength=12)
    assert found.data == b"%PDF-1.7 odd"


def test_a_length_beyond_the_bytes_is_not_believed() -> None:
    assert read(b"%PDF-1.7", EncapsulatedDocumentLength=2**31).data == b"%PDF-1.7"


def test_a_model_is_told_from_a_document() -> None:
    assert read(b"solid", ENCAPSULATED_STL).kind is DocumentKind.STL


def test_what_says_pdf_and_is_none_is_refused() -> None:
    with pytest.raises(MalformedError):
        read(b"MZ program ")


def test_an_empty_shell_is_refused() -> None:
    with pytest.raises(MissingAttributeError):
        read_document(open_object(instance(ENCAPSULATED_PDF)))


def test_the_narrative_of_a_clinical_document_is_read_and_its_codes_are_not() -> None:
    found = document_text(read(CDA.encode(), ENCAPSULATED_CDA))
    lines = [line.split() for line in found.splitlines()]
    assert lines == [
        ["会诊意见"],
        ["Findings"],
        ["No", "<acute>", "change."],
        ["one"],
        ["two"],
        ["Hb", "130", "g/L"],
    ]


def test_entities_of_a_documents_own_are_never_expanded() -> None:
    bomb = "<!DOCTYPE x [" + "".join(
        f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "boom"}">' for n in range(20)
    )
    data = f"{bomb}]><ClinicalDocument><title>T</title><text>&a19;</text></ClinicalDocument>"
    assert len(document_text(read(data.encode(), ENCAPSULATED_CDA))) < 5000


def test_a_long_text_is_cut() -> None:
    data = b"<text>" + b"word " * MAX_TEXT + b"</text>"
    assert len(document_text(read(data, ENCAPSULATED_CDA))) <= MAX_TEXT


def test_a_document_without_text_is_refused() -> None:
    with pytest.raises(MalformedError):
        document_text(read(b"<ClinicalDocument/>", ENCAPSULATED_CDA))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_as_text_end_in_a_reason_or_a_text(data: bytes) -> None:
    document = EncapsulatedDocument(DocumentKind.CDA, "text/xml", "", b"<text>" + data)
    began = time.process_time()
    try:
        found = document_text(document)
    except ImagingError:
        found = "refused"
    assert found.strip()
    assert time.process_time() - began < 2


SMALL = instance(ENCAPSULATED_PDF, EncapsulatedDocument=b"%PDF-1.4 nothing", DocumentTitle="T")


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(132, len(SMALL) - 1), st.binary(max_size=4)), max_size=6))
def test_damaged_files_end_in_a_reason_or_a_document(changes: list[tuple[int, bytes]]) -> None:
    data = bytearray(SMALL)
    for at, new in changes:
        data[at : at + len(new)] = new
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            found = read_document(open_object(bytes(data)))
        except ImagingError:
            return
    assert len(found.data) <= len(data)
