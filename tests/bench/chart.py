"""A record of five thousand values read from Medplum's router behind a delay, and shown."""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from queue import Empty, SimpleQueue
from statistics import median
from typing import Any

import httpx
from PySide6.QtWidgets import QAbstractScrollArea, QApplication

from app.cli.window import SWITCH_S
from app.models.emr import EVERYTHING, RecordView, record_view
from app.net.emr.clinical import ClinicalRecord, Section
from app.net.emr.finding import find_patients
from app.net.emr.gathering import Gathered, gather
from app.net.emr.hospital import Hospital
from app.net.emr.place import EmrServer
from app.net.emr.reading import Before, clinical, person_of
from app.services.emr import LAID_IN_S
from app.views.emr import RecordSections
from app.views.trend import TrendPlot
from protocol.readings import warm_up
from tests.bench.errors import BenchFailed, CounterpartMissing
from tests.bench.measure import Bound, Goal, Measure, percentile
from tests.bench.processes import running
from tests.fakes.bundles import LOINC, condition, haemoglobin, of_patient, patient
from tests.net.medplum import medplum

VALUES, KINDS, OTHERS = 5000, 25, 20
ONE_WAY_MS, MBIT = 25, 1000
OPENINGS, STEPS = 3, 120
NUMBER = "QS-2026-0042"
FRAME_MS = 16.7
Came = tuple[Gathered, ClinicalRecord, threading.Event]
"""A part, and what is set when it has been laid in."""
LABORATORY = Section.LABORATORY.name


@dataclass(slots=True)
class Opened:
    """What opening the record took, each time."""

    banner_ms: list[float] = field(default_factory=list)
    newest_s: list[float] = field(default_factory=list)
    whole_s: list[float] = field(default_factory=list)
    held_ms: list[float] = field(default_factory=list)
    asked: int = 0
    resources: int = 0
    record: ClinicalRecord | None = None


def run() -> Iterator[Measure]:
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    warm_up()  # as the program does at its start
    sys.setswitchinterval(SWITCH_S)
    try:
        opened, own_s = _read(application)
    except CounterpartMissing as missing:
        print(f"record beside Medplum skipped: {missing}", file=sys.stderr)
        return
    told = f"{VALUES:,} values, Medplum's router, 50 ms"
    yield Measure(
        f"record: a patient is found by number and stands in the banner, {told}, median",
        median(opened.banner_ms),
        "ms",
        goal=Goal(Bound.AT_MOST, 300),
    )
    yield Measure(
        f"record: the panes hold what comes first, every section has its newest, {told}, median",
        median(opened.newest_s),
        "s",
        goal=Goal(Bound.AT_MOST, 1.5),
    )
    yield Measure(
        f"record: all of it is read and shown, {told}, median",
        median(opened.whole_s),
        "s",
        beside="that router's answer to the one question for values, asked at its side",
        beside_value=own_s,
    )
    yield Measure(
        "record: a part of it is laid in while more is read, the longest",
        max(opened.held_ms),
        "ms",
        goal=Goal(Bound.AT_MOST, FRAME_MS),
    )
    yield Measure(
        "record: questions for one opening",
        opened.asked,
        "",
        beside="one for each resource",
        beside_value=opened.resources,
    )
    assert opened.record is not None
    yield from _shown(application, opened.record)


def _read(application: QApplication) -> tuple[Opened, float]:
    with ExitStack() as stack:
        url = stack.enter_context(medplum())
        id_ = _filled(url)
        port = url.split(":")[2].split("/")[0]
        line = [sys.executable, "-m", "tests.bench.children.slow_line"]
        far = stack.enter_context(running([*line, port, str(MBIT), str(ONE_WAY_MS)]))
        assert far.stdout is not None
        far_url = f"http://127.0.0.1:{int(far.stdout.readline())}/fhir"
        opened = Opened()
        for _ in range(OPENINGS):
            _open(application, far_url, id_, opened)
        began = time.perf_counter()
        with httpx.Client(trust_env=False, timeout=60) as http:
            question: dict[str, str | int] = {"patient": f"Patient/{id_}", "_count": VALUES}
            http.get(f"{url}/Observation", params=question).raise_for_status()
        return opened, time.perf_counter() - began


def _filled(url: str) -> str:
    """Puts the record there; answers the patient's id."""
    with httpx.Client(trust_env=False, timeout=60) as http:

        def put(resource: dict[str, Any]) -> str:
            told = {key: value for key, value in resource.items() if key != "id"}
            answer = http.post(f"{url}/{resource['resourceType']}", json=told)
            answer.raise_for_status()
            made: str = answer.json()["id"]
            return made

        id_ = put(patient())
        subject = {"reference": f"Patient/{id_}"}
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda number: put(_value(number, subject)), range(VALUES)))
        for _ in range(OTHERS):
            put(condition(subject=subject))
            put(of_patient("AllergyIntolerance", "", patient=subject, code={"text": "青霉素"}))
        return id_


def _value(number: int, subject: dict[str, str]) -> dict[str, Any]:
    """Of one of so many things that are measured, each on a day of its own."""
    kind, day = number % KINDS, number // KINDS
    code = {
        "coding": [{"system": LOINC, "code": f"{1000 + kind}-7"}],
        "text": f"检验项目 {kind + 1}",
    }
    at = datetime.fromisoformat("2020-01-04T09:00:00+08:00") + timedelta(days=11 * day)
    told: dict[str, Any] = {"code": code, "effectiveDateTime": at.isoformat(), "subject": subject}
    return haemoglobin(value=90 + (number * 7) % 80, **told)


def _open(application: QApplication, url: str, id_: str, opened: Opened) -> None:
    """As the window does it: read in a thread, and each part laid in as it comes."""
    sections = RecordSections()
    sections.resize(860, 640)
    sections.show()
    application.processEvents()
    came: SimpleQueue[Came] = SimpleQueue()
    shown: list[tuple[float, ClinicalRecord]] = []
    with closing(_Counting(EmrServer(url=url))) as hospital:
        began = time.perf_counter()
        (found,) = find_patients(hospital, NUMBER).patients
        person_of(found)
        opened.banner_ms.append(1000 * (time.perf_counter() - began))
        reading = threading.Thread(target=gather, args=(hospital, {"id": id_}, _told(came)))
        reading.start()
        whole: Gathered | None = None
        while whole is None:
            gathered, record, laid_in = _next(application, came, reading)
            at = time.perf_counter()
            sections.show_view(record_view(record, date(2026, 1, 5)))
            sections.choose(LABORATORY)
            application.processEvents()
            opened.held_ms.append(1000 * (time.perf_counter() - at))
            laid_in.set()
            shown.append((time.perf_counter() - began, record))
            whole = gathered if gathered.whole else None
        reading.join()
    opened.whole_s.append(shown[-1][0])
    opened.newest_s.append(next(at for at, one in shown if _has_newest(one, shown[-1][1])))
    opened.record = shown[-1][1]
    if whole.gaps or len(opened.record.of(Section.LABORATORY)) != VALUES:
        had = len(opened.record.of(Section.LABORATORY))
        raise BenchFailed(f"of {VALUES} values {had} were read; {whole.gaps}")
    opened.asked, opened.resources = hospital.asked, len(whole.resources) + 1


def _next(application: QApplication, came: SimpleQueue[Came], reading: threading.Thread) -> Came:
    """The part that comes next; the window lives on meanwhile."""
    while True:
        application.processEvents()
        with suppress(Empty):
            return came.get(timeout=0.001)
        if not reading.is_alive():
            raise BenchFailed("the record did not come")


def _told(came: SimpleQueue[Came]) -> Callable[[Gathered], None]:
    before: Before = {}

    def tell(so_far: Gathered) -> None:
        resources, unfinished = (so_far.patient, *so_far.resources), so_far.unfinished
        record = clinical(resources, gaps=so_far.gaps, unfinished=unfinished, before=before)
        laid_in = threading.Event()
        came.put((so_far, record.prepared(), laid_in))
        laid_in.wait(LAID_IN_S)

    return tell


def _has_newest(record: ClinicalRecord, whole: ClinicalRecord) -> bool:
    def newest(one: ClinicalRecord, section: Section) -> str:
        return max((entry.order for entry in one.of(section)), default="")

    return all(newest(record, one) == newest(whole, one) for one in Section)


class _Counting(Hospital):
    asked = 0

    def _sent(self, *told: Any, **more: Any) -> Any:
        self.asked += 1
        return super()._sent(*told, **more)


# --- on the screen -------------------------------------------------------------------------------


def _shown(application: QApplication, record: ClinicalRecord) -> Iterator[Measure]:
    view = record_view(record, date(2026, 1, 5))
    sections = RecordSections()
    sections.resize(860, 640)
    sections.show()
    began = time.perf_counter()
    sections.show_view(view)
    sections.choose(LABORATORY)
    application.processEvents()
    filled = 1000 * (time.perf_counter() - began)
    yield Measure("record: a section of that record is filled", filled, "ms")
    sections.choose(EVERYTHING)
    application.processEvents()
    yield Measure(
        "record: scrolling through everything by date, a step, 95th percentile",
        percentile(_scrolled(application, sections), 95),
        "ms",
        goal=Goal(Bound.AT_MOST, FRAME_MS),
    )
    yield Measure(
        f"record: the course of a value with {VALUES // KINDS} points is drawn, 95th percentile",
        percentile(_drawn(application, view), 95),
        "ms",
        goal=Goal(Bound.AT_MOST, FRAME_MS),
    )


def _scrolled(application: QApplication, sections: RecordSections) -> list[float]:
    table = sections.findChild(QAbstractScrollArea, "recordList")
    assert table is not None
    bar = table.verticalScrollBar()
    if bar.maximum() <= 0:
        raise BenchFailed("there is nothing to scroll")
    took = []
    for step in range(STEPS):
        began = time.perf_counter()
        bar.setValue(bar.maximum() * step // STEPS)
        application.processEvents()
        took.append(1000 * (time.perf_counter() - began))
    return took


def _drawn(application: QApplication, view: RecordView) -> list[float]:
    rows = view.section(LABORATORY).rows
    courses = [view.course(LABORATORY, row.key) for row in rows]
    plot = TrendPlot()
    plot.resize(800, 200)
    plot.show()
    took = []
    for number, course in enumerate([*courses, *courses]):
        began = time.perf_counter()
        plot.show_course(course)
        while not plot.drawn:  # what draws is loaded with the first
            application.processEvents()
        application.processEvents()  # paints once, as in the window
        if number:
            took.append(1000 * (time.perf_counter() - began))
    return took
