"""An archive that answers nonsense, falls silent, or sends 180 and delivers 127 is told plainly."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from pydicom import Dataset
from pydicom.uid import ExplicitVRLittleEndian, generate_uid
from pynetdicom import AE, evt
from pynetdicom.sop_class import (  # type: ignore[attr-defined]  # made at run time
    CTImageStorage,
    StudyRootQueryRetrieveInformationModelFind,
    StudyRootQueryRetrieveInformationModelGet,
)

from app.net.dimse import scu
from app.net.studies import MOST_FOUND, StudyQuery
from app.store.intake_settings import Pacs, PacsKind
from app.transfer.intake_messages import PacsProblem, RetrieveProgress, RetrieveStudy, StopJob
from protocol.base import new_id
from server.store.errors import ObjectsUnreachable
from server.store.pacs import Pacs as Archive
from tests.bench.processes import free_port
from tests.server.images import ct_slice
from tests.transfer.intake_desk import IntakeDesk, intake_desk
from tests.transfer.test_pacs import retrieve, search, settle, test

Answers = Iterator[Any]


@contextmanager
def archive(
    *, find: Callable[[Any], Answers] | None = None, get: Callable[[Any], Answers] | None = None
) -> Iterator[Pacs]:
    """A PACS that does what it is told, over real associations."""
    entity, port = AE("BADPACS"), free_port()
    handlers: list[Any] = []
    if find is not None:
        entity.add_supported_context(StudyRootQueryRetrieveInformationModelFind)
        handlers.append((evt.EVT_C_FIND, find))
    if get is not None:
        entity.add_supported_context(StudyRootQueryRetrieveInformationModelGet)
        entity.add_supported_context(
            CTImageStorage, ExplicitVRLittleEndian, scu_role=True, scp_role=True
        )
        handlers.append((evt.EVT_C_GET, get))
    server = entity.start_server(("127.0.0.1", port), block=False, evt_handlers=handlers)
    assert server is not None
    try:
        yield Pacs(id=new_id(), name="BAD", ae_title="BADPACS", host="127.0.0.1", port=port)
    finally:
        server.shutdown()


@asynccontextmanager
async def desk_with(folder: Path, pacs: Pacs) -> AsyncIterator[IntakeDesk]:
    async with intake_desk(folder) as desk:
        await settle(desk, pacs)
        yield desk


def named(uid: str) -> Dataset:
    made = Dataset()
    made.QueryRetrieveLevel, made.StudyInstanceUID, made.PatientName = "STUDY", uid, "Lin"
    return made


async def test_answers_that_name_no_study_are_counted_and_the_others_shown(tmp_path: Path) -> None:
    def find(event: Any) -> Answers:
        yield 0xFF00, named("1.2.3")
        nameless = named("1.2.4")
        del nameless.StudyInstanceUID
        yield 0xFF00, nameless
        yield 0x0000, None

    with archive(find=find) as pacs:
        async with desk_with(tmp_path, pacs) as desk:
            answer = await search(desk, pacs)
            assert [one.study_instance_uid for one in answer.studies] == ["1.2.3"]
            assert (answer.unread, answer.problem) == (1, None)


async def test_nothing_but_nonsense_is_a_problem(tmp_path: Path) -> None:
    def find(event: Any) -> Answers:
        broken = named("1.2.4")
        broken.StudyInstanceUID = ""
        yield 0xFF00, broken
        yield 0x0000, None

    with archive(find=find) as pacs:
        async with desk_with(tmp_path, pacs) as desk:
            assert (await search(desk, pacs)).problem is PacsProblem.NOT_UNDERSTOOD


async def test_a_failure_status_is_told_with_its_number(tmp_path: Path) -> None:
    def find(event: Any) -> Answers:
        yield 0xA700, None

    with archive(find=find) as pacs:
        async with desk_with(tmp_path, pacs) as desk:
            answer = await search(desk, pacs)
            assert (answer.problem, answer.status) == (PacsProblem.REFUSED, 0xA700)


async def test_more_studies_than_one_can_read_are_cut_and_said(tmp_path: Path) -> None:
    def find(event: Any) -> Answers:
        for number in range(1, 2000):
            if event.is_cancelled:
                yield 0xFE00, None
                return
            yield 0xFF00, named(f"1.2.{number}")
        yield 0x0000, None

    with archive(find=find) as pacs:
        async with desk_with(tmp_path, pacs) as desk:
            answer = await search(desk, pacs)
            assert (len(answer.studies), answer.limited) == (MOST_FOUND, True)


async def test_a_silent_archive_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scu, "ANSWER_S", 0.5)
    over = threading.Event()

    def find(event: Any) -> Answers:
        over.wait(20)
        yield 0x0000, None

    with archive(find=find) as pacs:
        async with desk_with(tmp_path, pacs) as desk:
            answer = await search(desk, pacs)
            over.set()
            assert answer.problem is PacsProblem.TIMED_OUT


async def test_an_archive_without_the_service_is_said(tmp_path: Path) -> None:
    with archive(get=lambda event: iter(())) as pacs:
        async with desk_with(tmp_path, pacs) as desk:
            assert (await search(desk, pacs)).problem is PacsProblem.NOT_OFFERED


async def test_a_search_can_be_stopped(tmp_path: Path) -> None:
    from app.transfer.intake_messages import PacsAnswered, SearchPacs

    going, stopped = threading.Event(), threading.Event()

    def find(event: Any) -> Answers:
        yield 0xFF00, named("1.2.3")
        going.set()
        while not event.is_cancelled and not stopped.wait(0.05):
            yield 0xFF00, named("1.2.3")
        stopped.set()
        yield 0xFE00, None

    with archive(find=find) as pacs:
        async with desk_with(tmp_path, pacs) as desk:
            number = new_id()
            await desk.intake.handle(SearchPacs(job=number, pacs_id=pacs.id, query=StudyQuery()))
            assert await asyncio.to_thread(going.wait, 20)
            await desk.intake.handle(StopJob(job=number))
            answer = await desk.until(PacsAnswered, lambda e: e.job == number)
            assert answer.problem is None
            stopped.set()


async def test_an_archive_that_does_not_stop_is_cut_off_and_what_came_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scu, "PATIENCE_S", 0.2)
    study, series = generate_uid(), generate_uid()
    over = threading.Event()

    def get(event: Any) -> Answers:
        yield 10_000
        for number in range(10_000):
            if over.is_set():
                return
            yield 0xFF00, ct_slice(study, series, number, 8)

    with archive(get=get) as pacs:
        async with desk_with(tmp_path, pacs) as desk:
            number = new_id()
            command = RetrieveStudy(job=number, pacs_id=pacs.id, study_instance_uid=str(study))
            await desk.intake.handle(command)
            await desk.until_row(lambda r: r.images > 3)
            await desk.intake.handle(StopJob(job=number))
            ended = await desk.until(RetrieveProgress, lambda e: e.job == number and e.ended)
            over.set()
            assert ended.stopped
            assert 3 < ended.arrived < 10_000
            assert ended.expected == 10_000


# --- DICOMweb ------------------------------------------------------------------------------


@contextmanager
def web(answer: Callable[[str], tuple[int, str, bytes]]) -> Iterator[Pacs]:
    """An HTTP server that answers each path as it is told."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, kind, body = answer(self.path)
            self.send_response(status)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        url = f"http://127.0.0.1:{server.server_address[1]}/web"
        try:
            yield Pacs(id=new_id(), name="WEB", kind=PacsKind.DICOMWEB, url=url)
        finally:
            server.shutdown()
            thread.join()


def study_named(uid: str) -> bytes:
    return json.dumps([{"0020000D": {"vr": "UI", "Value": [uid]}}]).encode()


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        ((200, "text/html", b"<html>sign in</html>"), PacsProblem.NOT_UNDERSTOOD),
        ((200, "application/dicom+json", b'{"a": 1}'), PacsProblem.NOT_UNDERSTOOD),
        ((200, "application/dicom+json", b"[{}]"), PacsProblem.NOT_UNDERSTOOD),
        ((200, "application/dicom+json", study_named("1..2")), PacsProblem.NOT_UNDERSTOOD),
        ((200, "application/dicom+json", study_named("1.\u0662")), PacsProblem.NOT_UNDERSTOOD),
        ((401, "text/plain", b""), PacsProblem.NOT_SIGNED_IN),
        ((500, "text/plain", b""), PacsProblem.REFUSED),
    ],
)
async def test_a_web_archive_that_answers_nonsense_is_said(
    tmp_path: Path, answer: tuple[int, str, bytes], problem: PacsProblem
) -> None:
    with web(lambda path: answer) as pacs:
        async with desk_with(tmp_path, pacs) as desk:
            assert (await search(desk, pacs)).problem is problem
            ended = await retrieve(desk, pacs, "1.2.3")
            assert ended.arrived == 0


@pytest.mark.allow_logs("an answer that breaks its reader is told to IT")
async def test_an_answer_that_breaks_its_reader_is_a_problem_and_no_waiting_without_end(
    tmp_path: Path,
) -> None:
    with web(lambda path: (200, "application/dicom+json", b"[" * 200_000)) as pacs:
        async with desk_with(tmp_path, pacs) as desk:
            assert (await search(desk, pacs)).problem is PacsProblem.UNEXPECTED
            assert (await retrieve(desk, pacs, "1.2.3")).problem is PacsProblem.UNEXPECTED
            assert (await test(desk, pacs)).problem is PacsProblem.UNEXPECTED


@pytest.mark.allow_logs("what cannot be read is told to IT")
async def test_a_web_archive_that_lists_what_it_does_not_deliver_leaves_an_incomplete_study(
    tmp_path: Path,
) -> None:
    from tests.server.images import file_bytes

    study, series = generate_uid(), generate_uid()
    slices = {str(s.SOPInstanceUID): s for s in (ct_slice(study, series, n, 8) for n in range(4))}
    good = list(slices)[:2]
    listed = [
        f'{{"00080018":{{"vr":"UI","Value":["{u}"]}},'
        f'"0020000E":{{"vr":"UI","Value":["{series}"]}}}}'
        for u in slices
    ]

    def answer(path: str) -> tuple[int, str, bytes]:
        if "/instances?" in path:
            return 200, "application/dicom+json", f"[{','.join(listed)}]".encode()
        if "/studies?" in path:
            return 204, "text/plain", b""
        uid = path.rsplit("/", 1)[1]
        if uid == list(slices)[2]:
            return 404, "text/plain", b""
        data = file_bytes(slices[uid])
        cut = data if uid in good else data[:-20]
        part = b"--x\r\ncontent-type: application/dicom\r\n\r\n" + cut + b"\r\n--x--"
        return 200, 'multipart/related; type="application/dicom"; boundary=x', part

    with web(answer) as pacs:
        async with desk_with(tmp_path, pacs) as desk:
            ended = await retrieve(desk, pacs, str(study))
            assert (ended.arrived, ended.expected, ended.failed) == (2, 4, 2)
            await desk.until_row(lambda r: (r.images, r.expected) == (2, 4))


@pytest.mark.parametrize("pages", [True, False], ids=["a limit of its own", "no paging at all"])
async def test_a_web_archive_that_lists_fewer_than_it_has_is_not_taken_for_a_whole_study(
    tmp_path: Path, pages: bool
) -> None:
    from tests.server.images import file_bytes

    study, series, most = generate_uid(), generate_uid(), 4
    slices = {str(s.SOPInstanceUID): s for s in (ct_slice(study, series, n, 8) for n in range(9))}

    def answer(path: str) -> tuple[int, str, bytes]:
        kind, query = "application/dicom+json", parse_qs(urlsplit(path).query)
        if "/instances?" in path:
            start = int(query["offset"][0]) if pages else 0
            page = [
                {
                    "00080018": {"vr": "UI", "Value": [uid]},
                    "0020000E": {"vr": "UI", "Value": [series]},
                }
                for uid in list(slices)[start : start + most]
            ]
            return 200, kind, json.dumps(page).encode()
        if "/studies?" in path:
            said = {"00201208": {"vr": "IS", "Value": [len(slices)]}}
            return 200, kind, json.dumps([said]).encode()
        data = file_bytes(slices[path.rsplit("/", 1)[1]])
        part = b"--x\r\ncontent-type: application/dicom\r\n\r\n" + data + b"\r\n--x--"
        return 200, 'multipart/related; type="application/dicom"; boundary=x', part

    with web(answer) as pacs:
        async with desk_with(tmp_path, pacs) as desk:
            ended = await retrieve(desk, pacs, str(study))
            assert (ended.arrived, ended.expected) == (9 if pages else most, 9)
        whole = Archive(pacs.url, "", "", trust=True)
        if pages:
            assert len(whole.instances(str(study))) == 9
        else:
            with pytest.raises(ObjectsUnreachable, match="9 images of this study but lists 4"):
                whole.instances(str(study))
        whole.close()
