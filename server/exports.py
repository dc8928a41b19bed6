"""`huizhen-server export`: cases as FHIR R4, one as a transaction Bundle, many as bulk data."""

import contextlib
import json
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import IO, Any
from uuid import UUID, uuid4

from protocol import decimals
from protocol.fhir_case import CaseResource, instant
from server.api.services.directory import Directory
from server.api.services.stored_bytes import whole
from server.api.services.telling import Telling
from server.domain.anonymous import anonymous
from server.domain.audit import Access, Resource
from server.domain.case import Case
from server.domain.fhir_export import ExportedCase, bulk_lines, exported, transaction
from server.domain.ports import ObjectStore
from server.domain.rights import full_view
from server.store.errors import ExportUnusable
from server.store.fresh_files import fresh_file, moments
from server.store.progress import Progress, Tell
from server.store.work import Store, Work

PAGE = 50


@dataclass(frozen=True, slots=True)
class ExportOrder:
    """One case by its number into the file `to`, or, without a number, those submitted on the days
    from `since` to `until` into the folder `to`."""

    to: Path
    number: str = ""
    since: date = date.min
    until: date = date.max
    deidentified: bool = False


class Exporter:
    """What is read is noted in the trail before it is written out."""

    def __init__(self, store: Store, objects: ObjectStore, order: ExportOrder) -> None:
        self._store = store
        self._objects = objects
        self._order = order
        self._telling = Telling(Directory(), require_licence=False)
        self._run = uuid4()

    async def one(self, tell: Tell) -> None:
        """Raises `ExportUnusable`, and any other `StoreError`."""
        order = self._order
        with fresh_file(order.to) as file:
            async with self._store.writing() as work:
                case = await work.cases.by_number(order.number)
                if case is None or case.submitted_at is None:
                    raise ExportUnusable(f"no case {order.number} was ever sent")
                told = await self._told(work, case)
            bundle = transaction(await self._resources(told))
            file.write(decimals.dumps(bundle, indent=1))
        tell({"cases": 1, "resources": len(bundle["entry"])})

    async def many(self, tell: Tell) -> None:
        """A file a type, and `manifest.json` last: without it the export is not whole."""
        order, began = self._order, datetime.now(UTC)
        counts: Counter[str] = Counter()
        cases, progress = 0, Progress(tell)
        with _fresh_folder(order.to):
            async with AsyncExitStack() as files:
                lines = _Lines(order.to, files, counts)
                async for told in self._all():
                    lines.write(await self._resources(told))
                    cases += 1
                    progress.now(cases=cases)
            with fresh_file(order.to / "manifest.json") as file:
                json.dump(_manifest(began, counts), file, indent=1)
        tell({"cases": cases, "resources": counts.total()})

    async def _all(self) -> AsyncIterator["_Told"]:
        since, until = moments(self._order.since, self._order.until)
        after: UUID | None = None
        while True:
            async with self._store.writing() as work:
                page = await work.cases.sent(since, until, after, PAGE)
                told = [await self._told(work, case) for case in page]
            for one in told:
                yield one
            if len(page) < PAGE:
                return
            after = page[-1].id

    async def _told(self, work: Work, case: Case) -> "_Told":
        people = await self._telling.directory.of(work)
        studies = await work.images.attached(case.id)
        view = full_view(case, await self._telling.summary(work, case), studies, ())
        signed = await work.archive.report(case.id)
        row = None
        if signed is not None and not self._order.deidentified:
            row = await work.forms.of_version(case.id, signed.report.version)
        about = "export fhir deidentified" if self._order.deidentified else "export fhir"
        work.trail.note(
            None,
            Access.READ,
            Resource.CONSULTATION,
            case.id,
            consultation_id=case.id,
            detail=about,
        )
        report = None if signed is None else signed.report
        told = ExportedCase(case.institution_id, view, report)
        everybody = {who.display_name for who in people.people.values()}
        return _Told(told, None if row is None else row.sha256, frozenset(everybody))

    async def _resources(self, told: "_Told") -> tuple[CaseResource, ...]:
        if self._order.deidentified:
            return anonymous(told.case, self._run, told.names)
        paper = None if told.paper is None else await whole(self._objects, told.paper)
        case = told.case
        return exported(ExportedCase(case.home, case.case, case.report, paper))


@dataclass(frozen=True, slots=True)
class _Told:
    """`paper` is the SHA-256 of the signed file; `names` are those of everybody on the server."""

    case: ExportedCase
    paper: str | None
    names: frozenset[str]


class _Lines:
    """One file a type; a Patient of several cases stands in it once."""

    def __init__(self, folder: Path, files: AsyncExitStack, counts: Counter[str]) -> None:
        self._folder = folder
        self._stack = files
        self._counts = counts
        self._files: dict[str, IO[str]] = {}
        self._patients: set[str] = set()

    def write(self, resources: tuple[CaseResource, ...]) -> None:
        for kind, id_, line in bulk_lines(resources):
            if kind == "Patient" and id_ in self._patients:
                continue
            if kind == "Patient":
                self._patients.add(id_)
            if kind not in self._files:
                file = fresh_file(self._folder / f"{kind}.ndjson")
                self._files[kind] = self._stack.enter_context(file)
            self._files[kind].write(f"{line}\n")
            self._counts[kind] += 1


def _manifest(began: datetime, counts: Counter[str]) -> dict[str, Any]:
    """As the answer to `$export` says it (Bulk Data Access 2.0)."""
    files = [
        {"type": kind, "url": f"{kind}.ndjson", "count": n} for kind, n in sorted(counts.items())
    ]
    return {
        "transactionTime": instant(began),
        "request": "huizhen-server export",
        "requiresAccessToken": False,
        "output": files,
        "error": [],
    }


@contextmanager
def _fresh_folder(folder: Path) -> Iterator[None]:
    """Of this export alone; what came to nothing leaves none of its files."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise ExportUnusable(f"{folder.name} is not empty: give a new folder")
    except OSError as error:
        raise ExportUnusable(f"{folder.name} cannot be used: {error.strerror}") from error
    try:
        yield
    except BaseException:
        for file in folder.iterdir():
            with contextlib.suppress(OSError):
                file.unlink()
        raise
