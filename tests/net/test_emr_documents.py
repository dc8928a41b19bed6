"""What documents say goes with a case where the clinic wants that, as far as it can be had."""

import base64
from collections.abc import Iterator
from typing import Any

import pytest

from app.net.emr.clinical import Gap, Lack, Section
from app.net.emr.documents import (
    DocumentKind,
    contents_of,
    fetched,
    stated_bytes,
    with_contents,
)
from app.net.emr.gathering import Gathered
from app.net.emr.reading import record_of
from app.net.emr.sharing import shared_bundle
from tests.fakes.bundles import instant, of_patient, patient
from tests.fakes.hospital import FakeHospital, hospital
from tests.net.test_emr_hospital import Asking

Json = dict[str, Any]
PDF = b"%PDF-1.7 of a letter" + bytes(20_000)
"""As long as letters are: longer than any text of a record."""
OFFICE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


def base64_of(data: bytes) -> str:
    return base64.b64encode(data).decode()


def document(id_: str, *attachments: Json) -> Json:
    told = [{"attachment": one} for one in attachments]
    return of_patient("DocumentReference", id_, description=id_, content=told)


@pytest.fixture
def fake() -> Iterator[FakeHospital]:
    binary = {"resourceType": "Binary", "id": "b1", "contentType": "application/pdf"}
    with hospital(patient(), binary | {"data": base64_of(PDF)}) as running:
        yield running


def test_content_is_fetched_where_the_record_lies_and_nowhere_else(fake: FakeHospital) -> None:
    lies = {"contentType": "text/html", "data": base64_of(PNG), "title": "心电图"}
    fake.resources += [
        document("there", {"url": "Binary/b1"}, {"url": f"{fake.url}/Binary/b1"}),
        document("inside", lies),
        document("elsewhere", {"url": "https://elsewhere.example/Binary/b1", "size": 70_000}),
        document("gone", {"url": "Binary/none"}),
    ]
    asking = Asking(fake)
    found = asking.gather()
    documents = [one for one in found.resources if one["resourceType"] == "DocumentReference"]
    filled, without = with_contents(asking.server, documents, 1 << 20)
    assert without == 2
    assert [stated_bytes(one) for one in documents][2] == 70_000
    raw = shared_bundle(found, tuple(Section), instant(), None, filled, without)
    record = record_of(raw)
    told = {one.id.partition("/")[2]: one.contents for one in record.of(Section.DOCUMENTS)}
    assert [one.kind for one in told["there"]] == [DocumentKind.PDF] * 2
    assert told["there"][0].data == PDF
    assert [(one.kind, one.title) for one in told["inside"]] == [(DocumentKind.IMAGE, "心电图")]
    left = [one.kind for name in ("elsewhere", "gone") for one in told[name]]
    assert left == [DocumentKind.ELSEWHERE] * 2
    assert record.gaps == (Gap("DocumentReference", Lack.MORE, number=2),)
    plain = record_of(shared_bundle(found, tuple(Section), instant()))
    kept = [content.data for one in plain.entries for content in one.contents]
    assert kept == [b""] * 5, "nobody chose that it goes along"
    asking.server.close()


def test_what_says_that_it_is_too_large_is_not_fetched(fake: FakeHospital) -> None:
    asking = Asking(fake)
    large = document("large", {"url": "Binary/b1", "size": 40_000})
    assert with_contents(asking.server, [large], 30_000)[1] == 1
    assert not any("Binary" in one for one in fake.asked)
    asking.server.close()


def test_what_is_larger_than_goes_with_a_case_stays_and_is_counted() -> None:
    large, small = ({"data": base64_of(PNG + bytes(size))} for size in (900, 10))
    filled, without = with_contents(None, [document("a", large, small)], 200)
    kinds = [one.kind for one in contents_of(filled["DocumentReference/a"])]
    assert (without, kinds) == (1, [DocumentKind.ELSEWHERE, DocumentKind.IMAGE])


def test_a_document_without_content_or_id_goes_along_as_it_is_and_takes_no_others() -> None:
    bare = of_patient("DocumentReference", "bare", description="bare")
    nameless = [
        document("", {"data": base64_of(data), "title": data.decode()})
        for data in (b"%PDF-1", b"%PDF-2")
    ]
    contained = {"resourceType": "Patient", "photo": [{"data": base64_of(PNG)}]}
    scan = {"contentType": "application/pdf", "data": base64_of(PDF)}
    held = document("held", {"data": base64_of(PDF)}) | {"contained": [contained], "scan": scan}
    told = [bare, *nameless, held]
    filled, without = with_contents(None, told, 1 << 20)
    assert (list(filled), without) == (["DocumentReference/held"], 2)
    gathered = Gathered(patient(), tuple(told))
    raw = shared_bundle(gathered, tuple(Section), instant(), None, filled, without)
    assert raw.count(base64_of(PDF).encode()) == 1, "of what was chosen, and nothing besides"
    documents = record_of(raw).of(Section.DOCUMENTS)
    assert sorted(sum(bool(o.data) for o in one.contents) for one in documents) == [0, 0, 0, 1]


def test_what_a_report_came_as_goes_along_too(fake: FakeHospital) -> None:
    form = {"contentType": "application/pdf", "url": "Binary/b1"}
    report = of_patient("DiagnosticReport", "r", presentedForm=[form], conclusion="炎症")
    fake.resources.append(report)
    asking = Asking(fake)
    filled, without = with_contents(asking.server, [report], 1 << 20)
    raw = shared_bundle(asking.gather(), tuple(Section), instant(), None, filled, without)
    (told,) = record_of(raw).of(Section.REPORTS)
    assert [(one.kind, one.data) for one in told.contents] == [(DocumentKind.PDF, PDF)]
    asking.server.close()


def test_opening_fetches_what_lies_there_and_asks_nobody_else(fake: FakeHospital) -> None:
    asking = Asking(fake)
    urls = ("Binary/b1", "https://elsewhere.example/Binary/b1", "../secret", "")
    told = [contents_of(document("x", {"url": url, "title": "信"}))[0] for url in urls]
    found = [fetched(asking.server, one) for one in told]
    assert [one.kind for one in found] == [DocumentKind.PDF, *[DocumentKind.ELSEWHERE] * 3]
    assert (found[0].data, found[0].title) == (PDF, "信")
    assert fake.asked[-1].endswith("Binary/b1")
    asking.server.close()


@pytest.mark.parametrize(
    ("attachment", "kind"),
    [
        ({"data": "no base64!", "contentType": "application/pdf"}, DocumentKind.OTHER),
        ({"data": base64_of(b"MZ" + bytes(9)), "contentType": "text/rtf"}, DocumentKind.OTHER),
        ({"data": base64_of(b"PK"), "contentType": OFFICE}, DocumentKind.OTHER),
        ({"data": base64_of(b"<script>"), "contentType": "text/HTML; x"}, DocumentKind.PAGE),
        ({"data": base64_of(b" <!DOCTYPE html>"), "contentType": "a/b"}, DocumentKind.PAGE),
        ({"data": base64_of(b"<?xml ?><html>")}, DocumentKind.PAGE),
        ({"data": base64_of(b"<?xml ?><a/>")}, DocumentKind.CLINICAL),
        ({"data": base64_of(b"<a/>"), "contentType": "application/cda+xml"}, DocumentKind.CLINICAL),
        ({"data": base64_of(b"\xb2\xa1"), "contentType": "text/plain"}, DocumentKind.TEXT),
        ({"data": 7}, DocumentKind.ELSEWHERE),
        ({}, DocumentKind.ELSEWHERE),
    ],
)
def test_what_it_is_is_told_by_its_bytes_or_else_by_its_server(
    attachment: Json, kind: DocumentKind
) -> None:
    (told,) = contents_of(document("x", attachment))
    assert told.kind is kind
    assert told.data or kind in (DocumentKind.OTHER, DocumentKind.ELSEWHERE)
    assert len(contents_of({"content": [{"attachment": attachment}, 7]})) == 1
