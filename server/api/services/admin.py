"""Running the system: institutions, agreements and accounts. No clinical content."""

import secrets
from dataclasses import replace
from uuid import UUID

from protocol.account import (
    Account,
    Agreement,
    ChangeAccount,
    ChangeAgreement,
    ChangeInstitution,
    Institution,
    NewAccount,
    NewAgreement,
    NewInstitution,
    PasswordReset,
    Role,
)
from protocol.base import new_id
from protocol.on_call import Contact
from protocol.passwords import Weakness, weakness
from server.api.services.identity import Identity
from server.api.services.passwords import Passwords
from server.domain.audit import Access, Resource
from server.domain.errors import NotFound, invalid_field
from server.domain.people import Who
from server.domain.second_factor import READABLE
from server.store.trail_reading import RESET, ROLES
from server.store.work import Store, Work


class Admin:
    """What an administrator does."""

    def __init__(self, store: Store, passwords: Passwords, identity: Identity) -> None:
        self._store = store
        self._passwords = passwords
        self._identity = identity

    async def institutions(self) -> list[Institution]:
        async with self._store.reading() as work:
            return await work.people.institutions()

    async def add_institution(self, by: Who | None, body: NewInstitution) -> Institution:
        made = Institution(id=new_id(), code=body.code, name=body.name, kind=body.kind)
        async with self._store.writing() as work:
            await work.people.add_institution(made)
            work.trail.note(_id(by), Access.CREATE, Resource.INSTITUTION, made.id)
        return made

    async def change_institution(
        self, by: Who, institution_id: UUID, body: ChangeInstitution
    ) -> Institution:
        async with self._store.writing() as work:
            found = await self._institution(work, institution_id)
            writes = body.writes_records
            given = body.model_dump(exclude={"writes_records"}, exclude_none=True)
            if writes is not None:
                since = found.records_written_since or work.now
                given["records_written_since"] = since if writes else None
            changed = found.model_copy(update=given)
            await work.people.change_institution(changed)
            work.trail.note(by.id, Access.UPDATE, Resource.INSTITUTION, institution_id)
        self._identity.forget()
        return changed

    async def agreements(self) -> list[Agreement]:
        async with self._store.reading() as work:
            return await work.people.agreements()

    async def add_agreement(self, by: Who | None, body: NewAgreement) -> Agreement:
        if body.valid_until is not None and body.valid_until <= body.valid_from:
            raise invalid_field("ends before it begins", "valid_until")
        async with self._store.writing() as work:
            await self._institution(work, body.clinic_id)
            await self._institution(work, body.hospital_id)
            made = Agreement(
                id=new_id(),
                clinic_id=body.clinic_id,
                hospital_id=body.hospital_id,
                valid_from=body.valid_from,
                valid_until=body.valid_until,
            )
            await work.people.add_agreement(made)
            work.trail.note(_id(by), Access.CREATE, Resource.AGREEMENT, made.id)
        return made

    async def change_agreement(
        self, by: Who, agreement_id: UUID, body: ChangeAgreement
    ) -> Agreement:
        async with self._store.writing() as work:
            changed = await work.people.end_agreement(agreement_id, body.valid_until)
            if changed is None:
                raise NotFound("there is no such agreement")
            if changed.valid_until is not None and changed.valid_until < changed.valid_from:
                raise invalid_field("ends before it begins", "valid_until")
            work.trail.note(by.id, Access.UPDATE, Resource.AGREEMENT, agreement_id)
        return changed

    async def accounts(self) -> list[Account]:
        async with self._store.reading() as work:
            return [
                who.account().model_copy(update={"second_factor": who.second_factor})
                for who in await work.people.all()
            ]

    async def experts(self, department: str) -> list[Account]:
        async with self._store.reading() as work:
            people = await work.people.with_role(Role.EXPERT)
        return [
            who.account()
            for who in people
            if not department or (who.expert is not None and department in who.expert.departments)
        ]

    async def add_account(self, by: Who | None, body: NewAccount) -> Account:
        hashed = await self._passwords.hash(body.password.get_secret_value(), str(_id(by)))
        async with self._store.writing() as work:
            institution = (
                None
                if body.institution_id is None
                else await self._institution(work, body.institution_id)
            )
            who = Who(
                id=new_id(),
                username=body.username,
                display_name=body.display_name,
                roles=frozenset(body.roles),
                institution_id=body.institution_id,
                institution_name=None if institution is None else institution.name,
                records_written_since=None
                if institution is None
                else institution.records_written_since,
                expert=body.expert,
                must_change_password=body.must_change_password,
            )
            check_roles(who)
            check_password(body.password.get_secret_value(), who.username, "password")
            await work.people.add(who, hashed, work.now)
            detail = _roles_words(frozenset(), who.roles)
            work.trail.note(_id(by), Access.CREATE, Resource.ACCOUNT, who.id, detail=detail)
        return who.account()

    async def change_account(
        self, by: Who | None, account_id: UUID, body: ChangeAccount
    ) -> Account:
        async with self._store.writing() as work:
            old = await self._account(work, account_id)
            new = replace(
                old,
                display_name=body.display_name or old.display_name,
                roles=old.roles if body.roles is None else frozenset(body.roles),
                institution_id=body.institution_id or old.institution_id,
                expert=old.expert if body.expert is None else body.expert,
                disabled=old.disabled if body.disabled is None else body.disabled,
            )
            if new.institution_id is not None:
                await self._institution(work, new.institution_id)
            check_roles(new)
            if by is not None and account_id == by.id:
                _check_own(old, new)
            await work.people.change(new)
            if new.disabled:
                await self._identity.end_all(work, account_id, "disabled")
            for detail in _changes_words(old, new):
                work.trail.note(_id(by), Access.UPDATE, Resource.ACCOUNT, account_id, detail=detail)
            changed = await self._account(work, account_id)
        self._identity.forget()
        return changed.account()

    async def contact(self, by: Who, account_id: UUID) -> Contact:
        """A reading of it is audited."""
        async with self._store.looking() as work:
            await self._account(work, account_id)
            work.trail.note(by.id, Access.READ, Resource.CONTACT, account_id)
            return await work.on_call.contact(account_id)

    async def set_contact(self, by: Who, account_id: UUID, body: Contact) -> Contact:
        async with self._store.writing() as work:
            await self._account(work, account_id)
            await work.on_call.set_contact(account_id, body)
            work.trail.note(by.id, Access.UPDATE, Resource.CONTACT, account_id)
        return body

    async def reset(self, by: Who | None, account_id: UUID) -> PasswordReset:
        """A temporary password, shown once; every session of the account ends."""
        temporary = "-".join("".join(secrets.choice(READABLE) for _ in range(4)) for _ in range(4))
        await self.set_password(by, account_id, temporary, must_change=True)
        return PasswordReset(temporary_password=temporary)

    async def set_password(
        self, by: Who | None, account_id: UUID, password: str, *, must_change: bool
    ) -> None:
        hashed = await self._passwords.hash(password, str(_id(by)))
        async with self._store.writing() as work:
            await self._account(work, account_id)
            await work.people.set_password(account_id, hashed, must_change=must_change)
            await self._identity.end_all(work, account_id, "password_reset")
            work.trail.note(_id(by), Access.UPDATE, Resource.ACCOUNT, account_id, detail=RESET)

    async def reset_second_factor(self, by: Who | None, account_id: UUID) -> None:
        """It has to be set up anew; every session of the account ends."""
        async with self._store.writing() as work:
            await self._account(work, account_id)
            await self._identity.factor.remove(work, account_id)
            await self._identity.end_all(work, account_id, "password_reset")
            work.trail.note(
                _id(by), Access.DELETE, Resource.SECOND_FACTOR, account_id, detail=RESET
            )

    async def _institution(self, work: Work, institution_id: UUID) -> Institution:
        found = await work.people.institution(institution_id)
        if found is None:
            raise invalid_field("there is no such institution", "institution_id")
        return found

    async def _account(self, work: Work, account_id: UUID) -> Who:
        who = await work.people.who(account_id)
        if who is None:
            raise NotFound("there is no such account")
        return who


def check_password(password: str, username: str, field: str) -> None:
    """Raises `Invalid` for one that everybody tries first."""
    match weakness(password, username):
        case Weakness.SHORT:
            raise invalid_field("a password has 8 characters or more", field)
        case Weakness.NAME:
            raise invalid_field("a password is not the user name", field)
        case Weakness.COMMON:
            raise invalid_field("everybody tries this password first: take another one", field)


def check_roles(who: Who) -> None:
    """Raises `Invalid` where a role lacks what it needs, or does not go with another."""
    if Role.EXPERT in who.roles and who.expert is None:
        raise invalid_field("an expert needs title, departments and years", "expert")
    if Role.AUDITOR in who.roles and len(who.roles) > 1:
        raise invalid_field("who audits others does nothing else: give them two accounts", "roles")
    if {Role.ADMIN, Role.SECURITY} <= who.roles:
        raise invalid_field("security watches over administration: give them two accounts", "roles")
    if not who.roles.isdisjoint({Role.REQUESTER, Role.EXPERT}) and who.institution_id is None:
        raise invalid_field("requesters and experts belong to an institution", "institution_id")


def _check_own(old: Who, new: Who) -> None:
    """Raises `Invalid` for what an administrator does not do to themselves."""
    if new.disabled or Role.ADMIN not in new.roles:
        raise invalid_field("you cannot take administration from yourself", "roles")
    if new.roles - old.roles:
        raise invalid_field("another administrator gives you roles", "roles")


def _changes_words(old: Who, new: Who) -> list[str]:
    """The details of the entries for a change of an account, at least one."""
    state = "disabled" if new.disabled else "enabled"
    words = [_roles_words(old.roles, new.roles), state if new.disabled != old.disabled else ""]
    return [one for one in words if one] or [""]


def _roles_words(old: frozenset[Role], new: frozenset[Role]) -> str:
    """Of a change for the trail; empty where nothing changes."""
    before, after = (",".join(sorted(one.value for one in roles)) for roles in (old, new))
    return "" if before == after else f"{ROLES} {before or '-'} > {after or '-'}"


def _id(by: Who | None) -> UUID | None:
    return None if by is None else by.id
