"""Reads and writes the embedded FHIR store of one institution, of one transaction."""

import asyncio
import base64
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import and_, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.domain.fhir_parameters import PATIENT
from server.domain.fhir_search import NotAsked, Search
from server.domain.fhir_words import word
from server.store.columns import MOST_NAMED
from server.store.fhir_tables import FhirVersionRow, FhirWordRow
from server.store.row_keys import GroupKey
from server.store.sealed_rows import FHIR_SEARCH, SessionRows
from server.store.tables import InstitutionRow

T = TypeVar("T")
_PURPOSE = "fhir_words.word"
MOST_VERSIONS = 1000
_MAC_BYTES = 16
MOST_COUNTED = 10_000
MOST_ON_A_PAGE = 16 << 20
"""Characters of bodies as they rest."""
MOST_LOOKED_AT = 64 << 20
"""The same, of what is opened only to look at its dates."""
AT_ONCE = 250
"""Opened at once: in between the others of the server have their turn."""


@dataclass(frozen=True, slots=True)
class FhirVersion:
    """One version of a resource; `body` is empty where it was deleted by it."""

    kind: str
    id: UUID
    version: int
    patient_id: UUID
    method: str
    at: datetime
    body: str

    @property
    def is_deleted(self) -> bool:
        return not self.body


class FhirStore:
    def __init__(self, session: AsyncSession, rows: SessionRows) -> None:
        self._session = session
        self._rows = rows
        self._patients: dict[UUID, bool] = {}

    async def lock(self, institution_id: UUID) -> None:
        """Until the end of the transaction no other one changes this institution's store, in
        whichever process: what was looked for and not found is not there when it is written."""
        mine = select(InstitutionRow.id).where(InstitutionRow.id == institution_id)
        await self._session.execute(mine.with_for_update())

    async def newest(self, institution_id: UUID, kind: str, id_: UUID) -> FhirVersion | None:
        found = await self._versions(institution_id, kind, id_, FhirVersionRow.newest)
        return found[0] if found else None

    async def version(
        self, institution_id: UUID, kind: str, id_: UUID, version: int
    ) -> FhirVersion | None:
        one = FhirVersionRow.version == version
        found = await self._versions(institution_id, kind, id_, one)
        return found[0] if found else None

    async def history(
        self, institution_id: UUID, kind: str, id_: UUID, offset: int
    ) -> tuple[int, list[FhirVersion]]:
        """How many versions there are, and one page of them, the newest first."""
        mine = (
            FhirVersionRow.id == id_,
            FhirVersionRow.institution_id == institution_id,
            FhirVersionRow.kind == kind,
        )
        sizes = await self._session.execute(
            select(FhirVersionRow.version, func.length(FhirVersionRow.body))
            .where(*mine)
            .order_by(FhirVersionRow.version.desc())
        )
        told = [(row[0], row[1]) for row in sizes]
        page = [*as_many_as_fit(told[offset : offset + MOST_VERSIONS])]
        found = await self._versions(institution_id, kind, id_, FhirVersionRow.version.in_(page))
        return len(told), found

    async def _versions(
        self, institution_id: UUID, kind: str, id_: UUID, *more: Any
    ) -> list[FhirVersion]:
        rows = await self._session.scalars(
            select(FhirVersionRow)
            .where(
                FhirVersionRow.id == id_,
                FhirVersionRow.institution_id == institution_id,
                FhirVersionRow.kind == kind,
                *more,
            )
            .order_by(FhirVersionRow.version.desc())
        )
        return [_version(row) for row in await self._rows.open(rows)]

    async def has_patient(self, institution_id: UUID, id_: UUID) -> bool:
        """Whether this Patient is there and not deleted."""
        if id_ not in self._patients:
            found = await self._session.scalar(
                select(FhirVersionRow.id).where(
                    FhirVersionRow.id == id_,
                    FhirVersionRow.newest,
                    FhirVersionRow.institution_id == institution_id,
                    FhirVersionRow.kind == "Patient",
                    FhirVersionRow.body != "",
                )
            )
            self._patients[id_] = found is not None
        return self._patients[id_]

    async def patient_of(self, institution_id: UUID, kind: str, id_: UUID) -> UUID | None:
        """Of whom a resource speaks; None where there is none. The institution's own id where it
        speaks of nobody."""
        return await self._session.scalar(
            select(FhirVersionRow.patient_id).where(
                FhirVersionRow.id == id_,
                FhirVersionRow.newest,
                FhirVersionRow.institution_id == institution_id,
                FhirVersionRow.kind == kind,
            )
        )

    # --- searching ---------------------------------------------------------------------------

    async def find(
        self, institution_id: UUID, search: Search
    ) -> tuple[int, list[FhirVersion], int]:
        """How many there are, of more than `MOST_COUNTED` one more; one page of them, the longest
        unchanged first, without those that cannot be opened; and how many that page had. Raises
        `NotAsked` where dates would have to be looked at in more than anybody waits for."""
        conditions = await self._conditions(institution_id, search)
        order = _order(search)
        if search.dates:
            return await self._picked(conditions, order, search)
        some = select(FhirVersionRow.id).where(*conditions).limit(MOST_COUNTED + 1).subquery()
        total = await self._session.scalar(select(func.count()).select_from(some)) or 0
        if search.only_count or not total:
            return total, [], 0
        sizes = await self._session.execute(
            select(FhirVersionRow.id, func.length(FhirVersionRow.body))
            .where(*conditions)
            .order_by(*order)
            .offset(search.offset)
            .limit(search.count)
        )
        ids = [*as_many_as_fit((row[0], row[1]) for row in sizes)]
        return total, await self._opened(ids, order), len(ids)

    async def _picked(
        self, conditions: list[Any], order: Sequence[Any], search: Search
    ) -> tuple[int, list[FhirVersion], int]:
        """As `find`, of those whose own words take the dates that are asked for."""
        rows = await self._session.execute(
            select(FhirVersionRow.id, func.length(FhirVersionRow.body))
            .where(*conditions)
            .order_by(*order)
            .limit(MOST_COUNTED + 1)
        )
        left = [(row[0], row[1]) for row in rows]
        if len(left) > MOST_COUNTED or sum(size for _, size in left) > MOST_LOOKED_AT:
            raise NotAsked(
                "too much would have to be looked at: name a patient, or a code, as well"
            )
        taken: list[tuple[UUID, int]] = []
        while left:
            some = [*as_many_as_fit(left[:AT_ONCE])]
            opened = await self._opened(some, order)
            takes = await asyncio.to_thread(_takes, opened, search)
            taken += [one for one in left[: len(some)] if one[0] in takes]
            left = left[len(some) :]
        if search.only_count:
            return len(taken), [], 0
        page = taken[search.offset : search.offset + search.count]
        ids = [*as_many_as_fit(page)]
        return len(taken), await self._opened(ids, order), len(ids)

    async def _opened(self, ids: list[UUID], order: Sequence[Any]) -> list[FhirVersion]:
        rows = await self._session.scalars(
            select(FhirVersionRow)
            .where(FhirVersionRow.id.in_(ids), FhirVersionRow.newest)
            .order_by(*order)
        )
        return [_version(row) for row in await self._rows.open_readable(rows)]

    async def beside(
        self, institution_id: UUID, ids: Iterable[UUID]
    ) -> tuple[list[FhirVersion], bool]:
        """Those of the ids that are there and not deleted, and whether all of them fit."""
        wanted = sorted(ids)
        there: list[tuple[UUID, int]] = []
        for first in range(0, len(wanted), MOST_NAMED):
            rows = await self._session.execute(
                select(FhirVersionRow.id, func.length(FhirVersionRow.body))
                .where(
                    FhirVersionRow.id.in_(wanted[first : first + MOST_NAMED]),
                    FhirVersionRow.institution_id == institution_id,
                    FhirVersionRow.newest,
                    FhirVersionRow.body != "",
                )
                .order_by(FhirVersionRow.id)
            )
            there += [(row[0], row[1]) for row in rows]
        fit = [*as_many_as_fit(there[:MOST_VERSIONS])]
        return await self._opened(fit, (FhirVersionRow.id,)), len(fit) == len(there)

    async def _conditions(self, institution_id: UUID, search: Search) -> list[Any]:
        key = await self._known_key()
        found = [
            FhirVersionRow.institution_id == institution_id,
            FhirVersionRow.newest,
            FhirVersionRow.body != "",
        ]
        if search.everything_of is None:
            found.append(FhirVersionRow.kind == search.kind)
        else:
            found.append(_everything(institution_id, search, search.everything_of, key))
        if search.since is not None:
            found.append(FhirVersionRow.at >= search.since)
        if search.before is not None:
            found.append(FhirVersionRow.at < search.before)
        if search.ids is not None:
            found.append(FhirVersionRow.id.in_(_uuids(search.ids)))
        for one in search.conditions:
            found.append(
                FhirVersionRow.id.in_(
                    select(FhirWordRow.id).where(
                        FhirWordRow.institution_id == institution_id,
                        FhirWordRow.kind == search.kind,
                        FhirWordRow.word.in_(sorted(_hidden(word, key) for word in one)),
                    )
                )
            )
        return found

    async def is_named(self, institution_id: UUID, kinds: Sequence[str], words: set[str]) -> bool:
        """Whether a resource of these types is found by one of the words."""
        key = await self._key()
        found = await self._session.scalar(
            select(FhirWordRow.id)
            .where(
                FhirWordRow.institution_id == institution_id,
                FhirWordRow.kind.in_(kinds),
                FhirWordRow.word.in_(sorted(_hidden(word, key) for word in words)),
            )
            .limit(1)
        )
        return found is not None

    # --- writing -----------------------------------------------------------------------------

    async def put(
        self, institution_id: UUID, made: FhirVersion, words: Iterable[str], by: UUID
    ) -> None:
        """The newest version from now on."""
        if made.version > 1:
            await self._session.execute(
                update(FhirVersionRow)
                .where(FhirVersionRow.id == made.id, FhirVersionRow.newest)
                .values(newest=False)
            )
            await self._session.execute(delete(FhirWordRow).where(FhirWordRow.id == made.id))
        row = FhirVersionRow(
            id=made.id,
            version=made.version,
            institution_id=institution_id,
            kind=made.kind,
            patient_id=made.patient_id,
            method=made.method,
            at=made.at,
            by=by,
            newest=True,
            body=made.body,
        )
        self._session.add(await self._rows.as_written(row))
        await self._session.flush()
        if made.kind == "Patient":
            self._patients.pop(made.id, None)
        key = await self._key()
        hidden = sorted({_hidden(one, key) for one in words})
        if hidden:
            same = {"institution_id": institution_id, "kind": made.kind, "id": made.id}
            await self._session.execute(
                insert(FhirWordRow), [{**same, "word": one} for one in hidden]
            )

    async def _known_key(self) -> GroupKey | None:
        """For who only reads: before the first word was written there is none."""
        return await self._rows.known(FHIR_SEARCH) if self._rows.has_key_file else None

    async def _key(self) -> GroupKey | None:
        """None where the site has no key file: words then rest as they are."""
        return await self._rows.key_of(FHIR_SEARCH) if self._rows.has_key_file else None


def _order(search: Search) -> Sequence[Any]:
    by = (FhirVersionRow.at, FhirVersionRow.id)
    if search.everything_of is not None:
        return (FhirVersionRow.kind != "Patient", *by)
    return [one.desc() for one in by] if search.newest_first else by


def _everything(institution_id: UUID, search: Search, patient: UUID, key: GroupKey | None) -> Any:
    """The Patient, and what names it, of the types that are asked for."""
    whose = _hidden(word(PATIENT, f"Patient/{patient}"), key)
    named = select(FhirWordRow.id).where(
        FhirWordRow.institution_id == institution_id,
        FhirWordRow.kind.in_(search.kinds),
        FhirWordRow.word == whose,
    )
    itself = FhirVersionRow.id == patient
    hers = and_(FhirVersionRow.kind.in_(search.kinds), FhirVersionRow.id.in_(named))
    return or_(itself, hers) if "Patient" in search.kinds else hers


def _takes(versions: list[FhirVersion], search: Search) -> set[UUID]:
    return {one.id for one in versions if search.takes(json.loads(one.body))}


def as_many_as_fit(sizes: Iterable[tuple[T, int]]) -> Iterator[T]:
    """A page ends before it is larger than anybody wants to have at once; one is always on it."""
    whole = 0
    for id_, size in sizes:
        if whole and whole + size > MOST_ON_A_PAGE:
            return
        whole += size
        yield id_


def _hidden(word: str, key: GroupKey | None) -> str:
    if key is None:
        return word
    return base64.urlsafe_b64encode(key.mac(_PURPOSE, word)[:_MAC_BYTES]).decode()


def _uuids(ids: Iterable[str]) -> list[UUID]:
    found = []
    for one in ids:
        try:
            found.append(UUID(one))
        except ValueError:
            continue
    return found


def _version(row: FhirVersionRow) -> FhirVersion:
    return FhirVersion(row.kind, row.id, row.version, row.patient_id, row.method, row.at, row.body)
