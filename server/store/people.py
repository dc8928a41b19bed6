"""Accounts, institutions and agreements."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from protocol.account import Agreement, ExpertProfile, Institution, InstitutionKind, Role
from protocol.consultation import Person
from protocol.errors import ErrorCode
from server.domain.errors import Conflict
from server.domain.people import Who
from server.store.columns import among
from server.store.counters import advance
from server.store.people_changes import Changes, PeoplePart, changes_between, note_change
from server.store.tables import AccountRow, AgreementRow, CounterRow, InstitutionRow

_REVISION = "people"
AT_ONCE = 200
"""Rows that are made into people while everybody else waits."""
_CREDENTIALS = (
    AccountRow.id,
    AccountRow.username,
    AccountRow.display_name,
    AccountRow.password_hash,
    AccountRow.roles,
    AccountRow.institution_id,
    AccountRow.expert,
    AccountRow.disabled,
    AccountRow.must_change_password,
    AccountRow.second_factor_since,
    InstitutionRow.name.label("institution_name"),
    InstitutionRow.code.label("institution_code"),
    InstitutionRow.active.label("institution_active"),
    InstitutionRow.records_written_since,
)
_AGREEMENT = (
    AgreementRow.id,
    AgreementRow.clinic_id,
    AgreementRow.hospital_id,
    AgreementRow.valid_from,
    AgreementRow.valid_until,
)


@dataclass(frozen=True, slots=True)
class Credentials:
    """An account with what proves it."""

    who: Who
    password_hash: str


class People:
    """Reads and writes the people of one transaction."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._revision: int | None = None
        self.changed_here = False
        """This transaction has changed people: what it reads is nobody else's yet."""

    async def revision(self) -> int:
        """Grows with every change of people, institutions and agreements."""
        if self._revision is None:
            value = await self._session.scalar(
                select(CounterRow.value).where(CounterRow.name == _REVISION)
            )
            self._revision = value or 0
        return self._revision

    @property
    def sees_the_newest(self) -> bool:
        """Whether each statement sees what has been committed before it (PostgreSQL), and not the
        whole transaction what was when it began (SQLite)."""
        return self._session.get_bind().dialect.name == "postgresql"

    async def revision_now(self) -> int:
        """The same, asked for anew."""
        self._revision = None
        return await self.revision()

    async def changed(self, part: PeoplePart, id_: UUID | None = None) -> None:
        """Every write of people ends with this, so that caches of any process notice, and read
        what is new."""
        self.changed_here = True
        self._revision = await advance(self._session, _REVISION)
        await note_change(self._session, self._revision, part, id_)

    async def changes(self, after: int, until: int) -> Changes | None:
        """Of people, by revisions (`changes_between`)."""
        return await changes_between(self._session, after, until)

    async def who(self, account_id: UUID) -> Who | None:
        found = await self._select(AccountRow.id == account_id)
        return found[0].who if found else None

    async def by_username(self, username: str) -> Credentials | None:
        found = await self._select(AccountRow.username == username)
        return found[0] if found else None

    async def by_id(self, account_id: UUID) -> Credentials | None:
        found = await self._select(AccountRow.id == account_id)
        return found[0] if found else None

    async def all(self) -> list[Who]:
        return [found.who for found in await self._select()]

    async def touched(self, changes: Changes) -> list[Who]:
        """Those of whom something has changed, and perhaps more."""
        named = [
            among(column, changes[part])
            for column, part in (
                (AccountRow.id, PeoplePart.ACCOUNT),
                (AccountRow.institution_id, PeoplePart.INSTITUTION),
            )
            if changes[part]
        ]
        return [found.who for found in await self._select(or_(*named))] if named else []

    async def with_role(self, role: Role) -> list[Who]:
        return [who for who in await self.all() if role in who.roles and not who.disabled]

    async def persons(self, ids: Iterable[UUID | None]) -> dict[UUID, Person]:
        """Names of accounts, for facts and lists."""
        wanted = {account_id for account_id in ids if account_id is not None}
        if not wanted:
            return {}
        found = await self._select(AccountRow.id.in_(wanted))
        return {one.who.id: one.who.person() for one in found}

    async def _select(self, *conditions: Any) -> list[Credentials]:
        query = (
            select(*_CREDENTIALS)
            .outerjoin(InstitutionRow, InstitutionRow.id == AccountRow.institution_id)
            .where(*conditions)
            .order_by(AccountRow.username)
        )
        return [Credentials(_who(row), row.password_hash) async for row in self._by_parts(query)]

    async def _by_parts(self, query: Select[*tuple[Any, ...]]) -> AsyncIterator[Row[Any]]:
        """Row after row; between parts others have their turn, for a province has many."""
        async for part in (await self._session.stream(query)).partitions(AT_ONCE):
            for row in part:
                yield row

    async def add(self, who: Who, password_hash: str, now: datetime) -> None:
        """Raises `Conflict` when the name is taken."""
        self._session.add(
            AccountRow(
                id=who.id,
                username=who.username,
                display_name=who.display_name,
                password_hash=password_hash,
                roles=_roles_text(who.roles),
                institution_id=who.institution_id,
                expert=None if who.expert is None else who.expert.model_dump_json(),
                disabled=who.disabled,
                must_change_password=who.must_change_password,
                created_at=now,
                responses=0,
                response_seconds=0.0,
            )
        )
        await self._flush("this user name is taken")
        await self.changed(PeoplePart.ACCOUNT, who.id)

    async def change(self, who: Who) -> None:
        await self._session.execute(
            update(AccountRow)
            .where(AccountRow.id == who.id)
            .values(
                display_name=who.display_name,
                roles=_roles_text(who.roles),
                institution_id=who.institution_id,
                expert=None if who.expert is None else who.expert.model_dump_json(),
                disabled=who.disabled,
            )
        )
        await self.changed(PeoplePart.ACCOUNT, who.id)

    async def set_password(self, account_id: UUID, hashed: str, *, must_change: bool) -> None:
        await self._session.execute(
            update(AccountRow)
            .where(AccountRow.id == account_id)
            .values(password_hash=hashed, must_change_password=must_change)
        )
        await self.changed(PeoplePart.ACCOUNT, account_id)

    async def second_factor_since(self, account_id: UUID) -> datetime | None:
        since: datetime | None = await self._session.scalar(
            select(AccountRow.second_factor_since).where(AccountRow.id == account_id)
        )
        return since

    async def set_second_factor(self, account_id: UUID, since: datetime | None) -> None:
        await self._session.execute(
            update(AccountRow).where(AccountRow.id == account_id).values(second_factor_since=since)
        )
        await self.changed(PeoplePart.ACCOUNT, account_id)

    async def note_response(self, account_id: UUID, seconds: float) -> None:
        await self._session.execute(
            update(AccountRow)
            .where(AccountRow.id == account_id)
            .values(
                responses=AccountRow.responses + 1,
                response_seconds=AccountRow.response_seconds + seconds,
            )
        )

    async def note_idle(self, account_id: UUID, now: datetime) -> None:
        await self._session.execute(
            update(AccountRow).where(AccountRow.id == account_id).values(idle_since=now)
        )

    async def set_pause(self, account_id: UUID, until: datetime | None) -> None:
        await self._session.execute(
            update(AccountRow).where(AccountRow.id == account_id).values(paused_until=until)
        )

    async def pauses(self, now: datetime) -> dict[UUID, datetime]:
        """Who pauses, and until when."""
        rows = await self._session.execute(
            select(AccountRow.id, AccountRow.paused_until).where(AccountRow.paused_until > now)
        )
        return {row.id: row.paused_until for row in rows}

    async def add_institution(self, institution: Institution) -> None:
        """Raises `Conflict` when the code is taken."""
        self._session.add(
            InstitutionRow(
                id=institution.id,
                code=institution.code,
                name=institution.name,
                kind=institution.kind.value,
                active=institution.active,
            )
        )
        await self._flush("this institution code is taken")
        await self.changed(PeoplePart.INSTITUTION, institution.id)

    async def change_institution(self, institution: Institution) -> None:
        await self._session.execute(
            update(InstitutionRow)
            .where(InstitutionRow.id == institution.id)
            .values(
                name=institution.name,
                active=institution.active,
                records_written_since=institution.records_written_since,
            )
        )
        await self.changed(PeoplePart.INSTITUTION, institution.id)

    async def institutions(self) -> list[Institution]:
        rows = await self._session.scalars(select(InstitutionRow).order_by(InstitutionRow.code))
        return [_institution(row) for row in rows]

    async def institution(self, institution_id: UUID) -> Institution | None:
        row = await self._session.get(InstitutionRow, institution_id)
        return None if row is None else _institution(row)

    async def institution_by_code(self, code: str) -> Institution | None:
        row = await self._session.scalar(select(InstitutionRow).where(InstitutionRow.code == code))
        return None if row is None else _institution(row)

    async def add_agreement(self, agreement: Agreement) -> None:
        self._session.add(AgreementRow(**agreement.model_dump()))
        await self.changed(PeoplePart.AGREEMENT, agreement.id)

    async def agreements(self, ids: frozenset[UUID] | None = None) -> list[Agreement]:
        """All, or those of these (and perhaps more)."""
        query = select(*_AGREEMENT).order_by(AgreementRow.id)
        if ids is not None:
            query = query.where(among(AgreementRow.id, ids))
        return [_agreement(row) async for row in self._by_parts(query)]

    async def end_agreement(
        self, agreement_id: UUID, valid_until: datetime | None
    ) -> Agreement | None:
        row = await self._session.get(AgreementRow, agreement_id)
        if row is None:
            return None
        row.valid_until = valid_until
        await self.changed(PeoplePart.AGREEMENT, agreement_id)
        return _agreement(row)

    async def hospitals_of(self, clinic_id: UUID, now: datetime) -> frozenset[UUID]:
        """Whose experts a clinic may consult now; its own are always among them."""
        rows: Iterable[UUID] = await self._session.scalars(
            select(AgreementRow.hospital_id).where(
                AgreementRow.clinic_id == clinic_id,
                AgreementRow.valid_from <= now,
                or_(AgreementRow.valid_until.is_(None), AgreementRow.valid_until > now),
            )
        )
        return frozenset((*rows, clinic_id))

    async def _flush(self, taken: str) -> None:
        try:
            await self._session.flush()
        except IntegrityError as error:
            raise Conflict(ErrorCode.CONFLICT, taken) from error


def _roles_text(roles: Iterable[Role]) -> str:
    return ",".join(sorted(role.value for role in roles))


def _who(row: Row[Any]) -> Who:
    return Who(
        id=row.id,
        username=row.username,
        display_name=row.display_name,
        roles=frozenset(Role(name) for name in row.roles.split(",") if name),
        institution_id=row.institution_id,
        institution_name=row.institution_name,
        institution_code=row.institution_code,
        institution_active=row.institution_active is not False,
        expert=None if row.expert is None else ExpertProfile.model_validate_json(row.expert),
        disabled=row.disabled,
        must_change_password=row.must_change_password,
        second_factor=row.second_factor_since is not None,
        records_written_since=row.records_written_since,
    )


def _institution(row: InstitutionRow) -> Institution:
    return Institution(
        id=row.id,
        code=row.code,
        name=row.name,
        kind=InstitutionKind(row.kind),
        active=row.active,
        records_written_since=row.records_written_since,
    )


def _agreement(row: Row[Any] | AgreementRow) -> Agreement:
    return Agreement(
        id=row.id,
        clinic_id=row.clinic_id,
        hospital_id=row.hospital_id,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
    )
