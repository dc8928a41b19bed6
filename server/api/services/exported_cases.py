"""Cases as they leave the server as FHIR R4: by an operator's command, or by `$export`."""

from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from protocol.fhir_case import CaseResource
from server.api.services.directory import Directory
from server.api.services.stored_bytes import whole
from server.api.services.telling import Telling
from server.domain.anonymous import anonymous
from server.domain.audit import Access, Resource
from server.domain.case import Case
from server.domain.fhir_export import ExportedCase, bulk_lines, exported
from server.domain.ports import ObjectStore
from server.domain.rights import full_view
from server.store.work import Store, Work

PAGE = 10
"""Read, noted and held in memory at once."""


@dataclass(frozen=True, slots=True)
class ToldCase:
    """`paper` is the SHA-256 of the signed file; `names` are those of everybody on the server."""

    case: ExportedCase
    paper: str | None
    names: frozenset[str]


class CaseExports:
    """One export. What is read is noted in the trail before it is written out.

    Args:
        by: the account that asked; None is the operator's command.
    """

    def __init__(
        self, store: Store, objects: ObjectStore, *, deidentified: bool, by: UUID | None = None
    ) -> None:
        self._store = store
        self._objects = objects
        self._deidentified = deidentified
        self._by = by
        self._telling = Telling(Directory(), require_licence=False)
        self._run = uuid4()

    async def sent(
        self, since: datetime, until: datetime, changed: datetime | None = None
    ) -> AsyncIterator[ToldCase]:
        """Those submitted from `since` until before `until`; with `changed`, those that something
        has happened to since then."""
        after: UUID | None = None
        while True:
            async with self._store.looking() as work:
                page = await work.cases.sent(since, until, changed, after, PAGE)
                told = [await self.told(work, case) for case in page]
            for one in told:
                yield one
            if len(page) < PAGE:
                return
            after = page[-1].id

    async def told(self, work: Work, case: Case) -> ToldCase:
        people = await self._telling.directory.of(work)
        studies = await work.images.attached(case.id)
        view = full_view(case, await self._telling.summary(work, case), studies, ())
        signed = await work.archive.report(case.id)
        row = None
        if signed is not None and not self._deidentified:
            row = await work.forms.of_version(case.id, signed.report.version)
        about = "export fhir deidentified" if self._deidentified else "export fhir"
        work.trail.note(
            self._by,
            Access.READ,
            Resource.CONSULTATION,
            case.id,
            consultation_id=case.id,
            detail=about,
        )
        report = None if signed is None else signed.report
        told = ExportedCase(case.institution_id, view, report)
        everybody = {who.display_name for who in people.people.values()}
        return ToldCase(told, None if row is None else row.sha256, frozenset(everybody))

    async def resources(self, told: ToldCase) -> tuple[CaseResource, ...]:
        if self._deidentified:
            return anonymous(told.case, self._run, told.names)
        paper = None if told.paper is None else await whole(self._objects, told.paper)
        case = told.case
        return exported(ExportedCase(case.home, case.case, case.report, paper))


class Lines:
    """NDJSON by type; a Patient of several cases stands in it once.

    Args:
        write: takes a type and a line with its end.
        kinds: those that are wanted; None: all.
    """

    def __init__(
        self, write: Callable[[str, str], object], kinds: frozenset[str] | None = None
    ) -> None:
        self._write = write
        self._kinds = kinds
        self._patients: set[str] = set()
        self.counts: Counter[str] = Counter()

    def add(self, resources: tuple[CaseResource, ...]) -> None:
        for kind, id_, line in bulk_lines(resources):
            if self._kinds is not None and kind not in self._kinds:
                continue
            if kind == "Patient" and id_ in self._patients:
                continue
            if kind == "Patient":
                self._patients.add(id_)
            self._write(kind, f"{line}\n")
            self.counts[kind] += 1


def manifest(
    began: str, request: str, counts: Counter[str], place: str = "", *, token: bool = False
) -> dict[str, object]:
    """As the answer to `$export` says it (Bulk Data Access 2.0); files lie below `place`."""
    files = [
        {"type": kind, "url": f"{place}{kind}.ndjson", "count": n}
        for kind, n in sorted(counts.items())
    ]
    return {
        "transactionTime": began,
        "request": request,
        "requiresAccessToken": token,
        "output": files,
        "error": [],
    }
