"""`huizhen-server export`: cases as FHIR R4, one as a transaction Bundle, many as bulk data."""

import contextlib
import json
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import IO

from protocol import decimals
from protocol.fhir_case import instant
from server.api.services.exported_cases import CaseExports, Lines, manifest
from server.domain.fhir_export import transaction
from server.domain.ports import ObjectStore
from server.store.errors import ExportUnusable
from server.store.fresh_files import fresh_file, moments
from server.store.progress import Progress, Tell
from server.store.work import Store


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
        self._order = order
        self._cases = CaseExports(store, objects, deidentified=order.deidentified)

    async def one(self, tell: Tell) -> None:
        """Raises `ExportUnusable`, and any other `StoreError`."""
        order = self._order
        with fresh_file(order.to) as file:
            async with self._store.looking() as work:
                case = await work.cases.by_number(order.number)
                if case is None or case.submitted_at is None:
                    raise ExportUnusable(f"no case {order.number} was ever sent")
                told = await self._cases.told(work, case)
            bundle = transaction(await self._cases.resources(told))
            file.write(decimals.dumps(bundle, indent=1))
        tell({"cases": 1, "resources": len(bundle["entry"])})

    async def many(self, tell: Tell) -> None:
        """A file a type, and `manifest.json` last: without it the export is not whole."""
        order, began = self._order, datetime.now(UTC)
        cases, progress = 0, Progress(tell)
        with _fresh_folder(order.to):
            async with AsyncExitStack() as stack:
                files = _Files(order.to, stack)
                lines = Lines(files.write)
                async for told in self._cases.sent(*moments(order.since, order.until)):
                    lines.add(await self._cases.resources(told))
                    cases += 1
                    progress.now(cases=cases)
            with fresh_file(order.to / "manifest.json") as file:
                told_last = manifest(instant(began), "huizhen-server export", lines.counts)
                json.dump(told_last, file, indent=1)
        tell({"cases": cases, "resources": lines.counts.total()})


class _Files:
    """One a type."""

    def __init__(self, folder: Path, stack: AsyncExitStack) -> None:
        self._folder = folder
        self._stack = stack
        self._files: dict[str, IO[str]] = {}

    def write(self, kind: str, line: str) -> None:
        if kind not in self._files:
            file = fresh_file(self._folder / f"{kind}.ndjson")
            self._files[kind] = self._stack.enter_context(file)
        self._files[kind].write(line)


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
