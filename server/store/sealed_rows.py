"""How rows with patient data rest: AES-256-GCM under the data key of their group (ADR 52).

A sealed value is text: U+0001, then base64 of

    0   1   algorithm (`Algorithm`)
    1   12  nonce, random
    13      cipher text and tag

Its associated data are algorithm, group, table, column and row: no value fits anywhere else.
"""

import base64
import binascii
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID, uuid5

import structlog
from cryptography.exceptions import InvalidTag
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import set_committed_value

from server.store.columns import Base
from server.store.errors import RowDamaged
from server.store.fhir_tables import FhirVersionRow
from server.store.image_tables import StudyRow
from server.store.recording_tables import RecordingConsentRow
from server.store.row_keys import GroupKey, RowKeys
from server.store.shared_record_table import SharedRecordRow
from server.store.tables import (
    CallSeatRow,
    ConsultationRow,
    EmergencyRow,
    FactRow,
    InvitationRow,
    MessageRow,
    OpinionRow,
    ReportRow,
    TimelineRow,
)

MARK = "\x01"
_NONCE_BYTES = 12
_SITE = UUID("6c0f5b4e-5f5e-4b0e-9a53-3a7d0b1e52c1")
SEARCH = uuid5(_SITE, "search consultations")
"""The group whose key makes the words by which cases and studies are found."""
FHIR_SEARCH = uuid5(_SITE, "search the embedded FHIR store")
"""The same for what the embedded FHIR store keeps."""
_LOG = structlog.get_logger("huizhen.rows")
RowT = TypeVar("RowT", bound=Base)
Values = Mapping[str, Any]


def _month_of(values: Values) -> UUID:
    at: datetime = values["at"]
    return uuid5(_SITE, f"facts {at.astimezone(UTC):%Y-%m}")


def _by(column: str) -> Callable[[Values], UUID]:
    return lambda values: values[column]


@dataclass(frozen=True, slots=True)
class Sealed:
    """What of a table rests sealed, what tells its rows apart, and whose key it is."""

    table: type[Base]
    columns: tuple[str, ...]
    row: tuple[str, ...]
    group: Callable[[Values], UUID]

    @property
    def name(self) -> str:
        return str(self.table.__tablename__)

    @property
    def needed(self) -> tuple[str, ...]:
        """What has to be read of a row to open it."""
        return tuple(dict.fromkeys((*self.row, *_GROUPED.get(self.name, ()), *self.columns)))

    def bound(self, column: str, values: Values, group: UUID, algorithm: int) -> bytes:
        row = "/".join(str(values[one]) for one in self.row)
        return bytes((algorithm,)) + group.bytes + f"{self.name}.{column}\0{row}".encode()


_OF_CASE, _OF_RECORDING = _by("consultation_id"), _by("recording_id")
SEALED: Mapping[str, Sealed] = {
    one.name: one
    for one in (
        Sealed(
            ConsultationRow,
            ("content", "decision_note", "finding", "mdt"),
            ("id",),
            _by("id"),
        ),
        Sealed(TimelineRow, ("body",), ("id",), _OF_CASE),
        Sealed(OpinionRow, ("body", "before"), ("consultation_id",), _OF_CASE),
        Sealed(ReportRow, ("body",), ("consultation_id", "version"), _OF_CASE),
        Sealed(MessageRow, ("body",), ("id",), _OF_CASE),
        Sealed(SharedRecordRow, ("body",), ("consultation_id",), _OF_CASE),
        Sealed(FhirVersionRow, ("body",), ("id", "version"), _by("patient_id")),
        Sealed(EmergencyRow, ("reason",), ("id",), _OF_CASE),
        Sealed(InvitationRow, ("display_name",), ("hash",), _OF_CASE),
        Sealed(CallSeatRow, ("display_name",), ("peer_id",), _by("call_id")),
        Sealed(RecordingConsentRow, ("display_name",), ("recording_id", "peer_id"), _OF_RECORDING),
        Sealed(FactRow, ("payload",), ("seq",), _month_of),
        Sealed(
            StudyRow,
            (
                "patient_id",
                "patient_name",
                "patient_birth_date",
                "patient_sex",
                "accession_number",
                "study_id",
            ),
            ("institution_id", "study_uid"),
            _by("institution_id"),
        ),
    )
}
_GROUPED: Mapping[str, tuple[str, ...]] = {
    "call_seats": ("call_id",),
    "emergency_accesses": ("consultation_id",),
    "facts": ("at",),
    "fhir_versions": ("patient_id",),
    "invitations": ("consultation_id",),
    "messages": ("consultation_id",),
    "timeline": ("consultation_id",),
}
"""What tells the group of a row where its key does not."""


def patient_mac(patient_id: str, key: GroupKey) -> str:
    """By which the studies of one PatientID are found, whatever house they are of."""
    return key.mac("studies.patient_id", patient_id).hex()


def is_sealed(text: str | None) -> bool:
    return text is not None and text.startswith(MARK)


def seal_text(one: Sealed, column: str, values: Values, text: str, key: GroupKey) -> str:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    bound = one.bound(column, values, key.group, key.algorithm)
    whole = bytes((key.algorithm,)) + nonce + key.cipher.encrypt(nonce, text.encode(), bound)
    return MARK + base64.b64encode(whole).decode()


def open_text(one: Sealed, column: str, values: Values, text: str, key: GroupKey) -> str:
    """Raises `RowDamaged`."""
    try:
        whole = base64.b64decode(text[1:], validate=True)
        nonce, rest = whole[1 : 1 + _NONCE_BYTES], whole[1 + _NONCE_BYTES :]
        if whole[0] != key.algorithm:
            raise ValueError
        bound = one.bound(column, values, key.group, key.algorithm)
        return key.cipher.decrypt(nonce, rest, bound).decode()
    except (InvalidTag, IndexError, ValueError, binascii.Error) as error:
        raise damaged(one.name) from error


def sealed_with(one: Sealed, values: Values, key: GroupKey) -> dict[str, Any]:
    """The values of a row with its words sealed."""
    return dict(values) | {
        column: seal_text(one, column, values, values[column], key)
        for column in one.columns
        if values.get(column)
    }


def damaged(name: str) -> RowDamaged:
    return RowDamaged(
        f"a row of {name} is not what this server wrote: somebody changed it in the database. "
        "Nothing of it is shown. Where a server of an older version wrote beside newer ones, "
        "`huizhen-server keys seal` seals it; else restore the last backup beside it and compare"
    )


class Rows:
    """Seals and opens the rows of one transaction.

    What it makes or loads stays with it until the transaction is committed: a key that was rolled
    back must never seal anything.
    """

    def __init__(self, keys: RowKeys) -> None:
        self._keys = keys
        self._own: dict[UUID, GroupKey] = {}
        self._opened: set[tuple[str, str]] = set()

    def committed(self) -> None:
        self._keys.keep(self._own.values())

    @property
    def seals(self) -> bool:
        return self._keys.seals

    @property
    def has_key_file(self) -> bool:
        return self._keys.has_key_file

    # --- keys ------------------------------------------------------------------------------------

    def _known(self, group: UUID) -> GroupKey | None:
        return self._own.get(group) or self._keys.kept(group)

    def load(self, connection: Connection, groups: Iterable[UUID]) -> None:
        missing = [one for one in set(groups) if self._known(one) is None]
        if missing:
            self._own |= self._keys.load(connection, missing)

    def make(self, connection: Connection, group: UUID) -> GroupKey:
        """The group's key, made where it has none."""
        self.make_all(connection, (group,))
        return self.key(group)

    def make_all(self, connection: Connection, groups: Iterable[UUID]) -> None:
        """Those of groups that have none."""
        asked = set(groups)
        self.load(connection, asked)
        missing = [one for one in asked if self._known(one) is None]
        self._own |= self._keys.make(connection, missing)

    def load_one(self, connection: Connection, group: UUID) -> GroupKey | None:
        """The group's key, where it has one."""
        self.load(connection, (group,))
        return self._known(group)

    def key(self, group: UUID) -> GroupKey:
        known = self._known(group)
        if known is None:
            raise RowDamaged(
                "the key of some rows is not in the database any more: restore the last backup"
            )
        return known

    # --- rows ------------------------------------------------------------------------------------

    def sealed(self, connection: Connection, table: type[Base], values: Values) -> dict[str, Any]:
        """The values of a row as they are written."""
        one = SEALED[table.__tablename__]
        if not self._keys.seals:
            return dict(values)
        return sealed_with(one, values, self.make(connection, one.group(values)))

    def opened(
        self, connection: Connection, table: type[Base], rows: Sequence[Values]
    ) -> list[dict[str, Any]]:
        """Rows as they were before they were sealed; raises `RowDamaged`, `KeyUnusable`."""
        one = SEALED[table.__tablename__]
        self.load(connection, self._groups(one, rows))
        return [dict(row) | self._opened_columns(one, row) for row in rows]

    def _groups(self, one: Sealed, rows: Iterable[Values]) -> list[UUID]:
        return [
            one.group(row) for row in rows if any(is_sealed(row.get(name)) for name in one.columns)
        ]

    def _opened_columns(self, one: Sealed, row: Values) -> dict[str, str]:
        found = {}
        for column in one.columns:
            text = row.get(column)
            if not text:
                continue
            if is_sealed(text):
                found[column] = open_text(one, column, row, text, self.key(one.group(row)))
            elif not self._keys.plain_allowed:
                raise damaged(one.name)
        return found


class SessionRows(Rows):
    """The same for rows as the mapper has them."""

    def __init__(self, keys: RowKeys, session: AsyncSession) -> None:
        super().__init__(keys)
        self._session = session

    async def add(self, row: Base) -> None:
        """Adds a new row, sealed; whoever has it goes on with its words."""
        self._session.add(await self.as_written(row))
        await self._session.flush()
        await self.open((row,))

    async def as_written(self, row: RowT) -> RowT:
        """A new row with its words sealed; what is in the session keeps those it has."""
        values = await self.values(type(row), _values(row))
        for column in SEALED[row.__tablename__].columns:
            if column in values:
                setattr(row, column, values[column])
        return row

    async def values(self, table: type[Base], values: Values) -> dict[str, Any]:
        """The values of a row as they are written."""
        if not self._keys.seals:
            return dict(values)
        one = SEALED[table.__tablename__]
        return sealed_with(one, values, await self.key_of(one.group(values)))

    async def open(self, rows: Iterable[RowT]) -> list[RowT]:
        """Opens rows where they are, so that nothing of it is ever written."""
        found = list(rows)
        if not found:
            return found
        one = SEALED[found[0].__tablename__]
        await self.want(self._groups(one, (row.__dict__ for row in found)))
        for row in found:
            values = row.__dict__
            place = one.name, "/".join(str(values[name]) for name in one.row)
            if place in self._opened and not any(is_sealed(values[name]) for name in one.columns):
                continue
            for column, text in self._opened_columns(one, values).items():
                set_committed_value(row, column, text)
            self._opened.add(place)
        return found

    async def open_readable(self, rows: Iterable[RowT]) -> list[RowT]:
        """Of a list, those that can be opened: a damaged row keeps nobody else from theirs, and the
        log says which it is."""
        found = list(rows)
        try:
            return await self.open(found)
        except RowDamaged:
            kept = []
            for row in found:
                try:
                    kept += await self.open((row,))
                except RowDamaged as error:
                    _LOG.error("row.damaged", table=row.__tablename__, why=str(error))
            return kept

    async def opened_values(
        self, table: type[Base], rows: Iterable[Values]
    ) -> list[dict[str, Any]]:
        """The same for what was read without the mapper; each row has what `Sealed.needed` says of
        the columns that were asked for."""
        found = [dict(row) for row in rows]
        await self.want(self._groups(SEALED[table.__tablename__], found))
        one = SEALED[table.__tablename__]
        return [row | self._opened_columns(one, row) for row in found]

    async def open_one(self, row: RowT | None) -> RowT | None:
        return None if row is None else (await self.open((row,)))[0]

    async def want(self, groups: Iterable[UUID]) -> None:
        """Has the keys of groups, without asking for what is known."""
        missing = [one for one in set(groups) if self._known(one) is None]
        if missing:
            connection = await self._session.connection()
            await connection.run_sync(self.load, missing)

    async def known(self, group: UUID) -> GroupKey | None:
        """Of a group of the site, without making it."""
        await self.want((group,))
        return self._known(group)

    async def key_of(self, group: UUID) -> GroupKey:
        """Of a group of the site, made where it has none and this unit writes."""
        known = self._known(group)
        if known is None:
            connection = await self._session.connection()
            known = await connection.run_sync(self.make, group)
        return known


def _values(row: Base) -> dict[str, Any]:
    return {name: value for name, value in row.__dict__.items() if not name.startswith("_")}
