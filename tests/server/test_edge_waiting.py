"""What waits at an edge is listed and opened there for whoever has sent it."""

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

import orjson
import pytest
from pydicom.dataset import Dataset
from starlette.requests import Request
from starlette.responses import Response

from protocol import paths
from protocol.edge import LENIENT
from server.api.dicomweb.answers import list_response
from server.domain.errors import Invalid
from server.edge.tickets import Tickets
from server.edge.uplink import Interrupted
from server.edge.waiting import Waiting
from tests.server.edge import EdgeProcess, centre, edge, fetched, place_of, through, town, until
from tests.server.images import file_bytes, new_study, stow
from tests.server.people import Valley
from tests.server.process import ServerProcess
from tests.server.test_edge_queue import ACCOUNT, Disk
from tests.server.test_edge_reading import Study, listed
from tests.server.test_edge_relaying import Sending

__all__ = ["centre", "edge", "town"]


class KnownTo:
    """Tickets of one account, as the edge has them in its memory."""

    def __init__(self, account_id: UUID = ACCOUNT) -> None:
        self.account_id = account_id

    async def of(self, _token: str) -> Any:
        return SimpleNamespace(account_id=self.account_id)


class Edge:
    """What waits, and a centre that answers what it is told to."""

    def __init__(self, folder: Path, count: int) -> None:
        self.disk = Disk(folder)
        self.slices = new_study(count)
        self.files = [file_bytes(one) for one in self.slices]
        self.centre: list[Dataset] | None = []
        self.study = f"{paths.DICOMWEB}/studies/{self.slices[0].StudyInstanceUID}"

    def take(self, *places: int) -> None:
        for place in places:
            one = self.slices[place]
            self.disk.take(
                self.files[place],
                study_uid=one.StudyInstanceUID,
                series_uid=one.SeriesInstanceUID,
                sop_uid=one.SOPInstanceUID,
            )

    async def _asked(self, request: Request) -> Response:
        if self.centre is None:
            raise Interrupted
        if "/instances/" in request.url.path or not self.centre:
            return Response(status_code=404)
        first = int(request.query_params.get("offset", 0))
        last = first + int(request.query_params.get("limit", 100))
        named = request.query_params.get("00080018", "").split(",")
        there = [o for o in self.centre if named == [""] or o.SOPInstanceUID in named]
        rows = [{"00080018": {"vr": "UI", "Value": [o.SOPInstanceUID]}} for o in there]
        answer = list_response(request, rows[first:last])
        answer.headers["x-total-count"] = str(len(rows))
        return answer

    def ask(
        self,
        path: str,
        query: str = "",
        account_id: UUID = ACCOUNT,
        *,
        accept: str = "*/*",
        holds: str = "",
        prefer: str = "",
    ) -> Response:
        sent = {"host": "edge", "authorization": "Bearer t", "accept": accept, "prefer": prefer}
        if holds:
            sent["if-none-match"] = holds
        scope = {
            "type": "http",
            "method": "GET",
            "scheme": "https",
            "server": ("edge", 443),
            "path": path,
            "query_string": query.encode(),
            "headers": [(n.encode(), v.encode()) for n, v in sent.items()],
        }
        waiting = Waiting(self.disk.queue, cast(Tickets, KnownTo(account_id)))
        return asyncio.run(waiting.answer(Request(scope), self._asked))


def uids(answer: Response) -> list[str]:
    return [one["00080018"]["Value"][0] for one in orjson.loads(answer.body)]


@pytest.fixture
def here(tmp_path: Path) -> Edge:
    return Edge(tmp_path, 4)


def test_what_waits_is_listed_after_what_the_centre_has(here: Edge) -> None:
    here.take(1, 2, 3)
    here.centre = here.slices[:2]
    answer = here.ask(here.study + "/instances")
    assert uids(answer) == [one.SOPInstanceUID for one in here.slices], "each of them once"
    assert answer.headers["x-total-count"] == "4"
    assert "2 wait here" in answer.headers["warning"]


def test_pages_go_on_from_the_centres_images_to_those_that_wait(here: Edge) -> None:
    here.take(2, 3)
    here.centre = here.slices[:2]
    pages = [
        uids(here.ask(here.study + "/instances", f"limit=1&offset={offset}")) for offset in range(5)
    ]
    assert pages == [*([one.SOPInstanceUID] for one in here.slices), []]


@pytest.mark.parametrize("more", ["", "&ModalitiesInStudy=CT", "&includefield=all"])
def test_what_the_centre_has_without_having_said_so_is_on_one_page_only(
    here: Edge, more: str
) -> None:
    """The line broke before its answer: it waits here, and is there as well."""
    here.take(1, 2, 3)
    here.centre = here.slices[:3]
    pages = [
        here.ask(here.study + "/instances", f"limit=1&offset={offset}{more}") for offset in range(5)
    ]
    assert [uids(page) for page in pages] == [*([one.SOPInstanceUID] for one in here.slices), []]
    assert {page.headers["x-total-count"] for page in pages} == {"4"}, "on every page"
    assert all("1 wait here" in " ".join(page.headers.getlist("warning")) for page in pages)


def test_a_joined_list_is_not_sent_again_to_who_holds_it(here: Edge) -> None:
    here.take(0)
    etag = here.ask(here.study + "/instances").headers["etag"]
    assert here.ask(here.study + "/instances", holds=etag).status_code == 304
    here.take(1)
    assert len(uids(here.ask(here.study + "/instances", holds=etag))) == 2


def test_without_the_centre_the_list_says_that_it_is_only_what_waits_here(here: Edge) -> None:
    here.take(0, 1)
    here.centre = None
    answer = here.ask(here.study + "/instances", prefer="respond-async, handling=lenient")
    assert len(uids(answer)) == 2
    assert any(text.startswith("111") for text in answer.headers.getlist("warning"))
    assert answer.headers["preference-applied"] == "handling=lenient"


@pytest.mark.parametrize("prefer", ["", "handling=strict", "handling=lenient-ish"])
def test_without_the_centre_nobody_is_given_a_list_they_would_take_for_whole(
    here: Edge, prefer: str
) -> None:
    here.take(0, 1)
    here.centre = None
    with pytest.raises(Interrupted):
        here.ask(here.study + "/instances", prefer=prefer)


@pytest.mark.parametrize(
    ("query", "count"), [("PatientName=*", 1), ("PatientName=NOBODY", 0), ("StudyDate=1900-", 1)]
)
def test_studies_that_wait_are_searched_as_the_centre_searches(
    here: Edge, query: str, count: int
) -> None:
    here.take(0, 1)
    answer = here.ask(f"{paths.DICOMWEB}/studies", query)
    found = orjson.loads(answer.body)
    assert len(found) == count
    assert all(one["00201208"]["Value"] == [2] for one in found)


@pytest.mark.parametrize("reached", [True, False], ids=["centre has none", "line is down"])
def test_an_image_that_waits_opens_as_it_came(here: Edge, reached: bool) -> None:
    here.take(0)
    here.centre = [] if reached else None
    path = place_of(here.slices[0])
    whole = here.ask(path, accept="application/dicom; transfer-syntax=*")
    assert (whole.status_code, whole.body) == (200, here.files[0])
    assert "not yet" in whole.headers["warning"]
    for more in ("/metadata", "/frames/1", "/rendered", "/thumbnail", "/frames/1/rendered"):
        assert here.ask(path + more).status_code == 200, more


def test_another_account_learns_nothing_of_it(here: Edge) -> None:
    here.take(0)
    stranger = UUID(int=7)
    assert here.ask(here.study + "/instances", account_id=stranger).status_code == 404
    assert here.ask(place_of(here.slices[0]), account_id=stranger).status_code == 404


def test_a_search_that_cannot_be_understood_is_refused_in_words(here: Edge) -> None:
    here.take(0)
    with pytest.raises(Invalid, match="a field that cannot be used"):
        here.ask(f"{paths.DICOMWEB}/studies", "StudyDate=yesterday")


def test_with_the_line_down_the_clinic_lists_and_opens_what_it_has_sent(
    edge: EdgeProcess, centre: ServerProcess, valley: Valley
) -> None:
    sending = Sending(valley, edge)
    assert sending.there() == 0, "the edge knows who this is"
    study = f"{paths.DICOMWEB}/studies/{sending.slices[0].StudyInstanceUID}/instances"
    centre.kill()
    try:
        assert stow(sending.clinic, sending.files).status_code == 200
        assert sending.clinic.http.get(study).status_code == 503, "it would look whole"
        answer = sending.clinic.http.get(study, headers={"prefer": LENIENT})
        assert (answer.status_code, len(answer.json())) == (200, 3), answer.text
        assert fetched(sending.clinic, sending.slices[1]).content == sending.files[1]
    finally:
        centre.start()
    until(sending.verified, "the centre has it")
    until(lambda: "warning" not in sending.clinic.http.get(study).headers, "nothing waits here")
    assert len(sending.clinic.http.get(study).json()) == 3


def test_more_that_is_sent_with_the_line_down_joins_what_was_known(
    edge: EdgeProcess, centre: ServerProcess, valley: Valley
) -> None:
    slices = new_study(3)
    files = [file_bytes(one) for one in slices]
    study = f"{paths.DICOMWEB}/studies/{slices[0].StudyInstanceUID}/instances"
    doctor = through(edge, valley.doctor)
    assert stow(valley.doctor, files[:2]).status_code == 200
    assert len(doctor.http.get(study).json()) == 2
    centre.kill()
    try:
        assert len(doctor.http.get(study).json()) == 2, "as it was known"
        assert stow(doctor, files[2:]).status_code == 200
        for prefer in ("", LENIENT):
            answer = doctor.http.get(study, headers={"prefer": prefer})
            assert (answer.status_code, uids_of(answer.json())) == (200, uids_in(slices))
            said = answer.headers.get_list("warning")
            assert any("111 huizhen" in one for one in said), "it may be more by now"
            assert any("1 wait here" in one for one in said)
        page = doctor.http.get(study, params={"limit": "2"})
        assert page.status_code == 503, "that page was never asked for"
    finally:
        centre.start()
    until(lambda: "warning" not in doctor.http.get(study).headers, "nothing waits here")
    assert len(doctor.http.get(study).json()) == 3


def uids_of(rows: list[Any]) -> list[str]:
    return sorted(row["00080018"]["Value"][0] for row in rows)


def uids_in(slices: list[Dataset]) -> list[str]:
    return sorted(one.SOPInstanceUID for one in slices)


# --- studies that were read whole ------------------------------------------------------------


@pytest.mark.parametrize("below", ["", "/series/{series}"])
def test_a_study_that_was_read_whole_opens_whole_with_the_line_down(
    edge: EdgeProcess, centre: ServerProcess, valley: Valley, below: str
) -> None:
    study = Study(valley, 2)
    one = study.slices[0]
    path = f"{paths.DICOMWEB}/studies/{one.StudyInstanceUID}" + below.format(
        series=one.SeriesInstanceUID
    )
    accept = {"accept": 'multipart/related; type="application/dicom"; transfer-syntax=*'}
    doctor, expert = through(edge, valley.doctor), through(edge, valley.expert)
    whole = doctor.http.get(path, headers=accept)
    assert all(data in whole.content for data in study.files)
    assert "age" not in whole.headers
    centre.kill()
    try:
        again = doctor.http.get(path, headers=accept)
        assert (again.status_code, again.content) == (200, whole.content)
        assert again.headers["content-type"] == whole.headers["content-type"]
        assert "111 huizhen" in again.headers["warning"], "images may have come since"
        middle = {**accept, "range": "bytes=100-199", "if-range": whole.headers["etag"]}
        assert doctor.http.get(path, headers=middle).content == whole.content[100:200]
        assert expert.http.get(path, headers=accept).status_code == 503
    finally:
        centre.start()
    until(lambda: listed(expert, study).status_code == 200, "the line holds again")


def test_a_study_that_has_grown_is_read_anew(
    centre: ServerProcess, valley: Valley, tmp_path: Path
) -> None:
    slices = new_study(2)
    files = [file_bytes(one) for one in slices]
    assert stow(valley.doctor, files[:1]).status_code == 200
    path = f"{paths.DICOMWEB}/studies/{slices[0].StudyInstanceUID}"
    with EdgeProcess(tmp_path / "edge", centre, allowed_s=600) as edge:
        doctor = through(edge, valley.doctor)
        for _ in range(2):
            assert files[0] in doctor.http.get(path).content
        assert edge.status()["cache"]["hits"] == 1
        assert stow(valley.doctor, files[1:]).status_code == 200
        assert files[1] in doctor.http.get(path).content
