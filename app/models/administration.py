"""Institutions, people and agreements as tables."""

from dataclasses import dataclass
from uuid import UUID

from PySide6.QtCore import QCoreApplication

from app.models.times import moment
from app.models.words import listed, word
from app.session.queue import Load
from app.session.state import State
from protocol.account import Account, ExpertProfile, Institution, Role
from protocol.on_call import Contact


@dataclass(frozen=True, slots=True)
class AdminRow:
    """One line of a table; `on` is whether it is in force."""

    id: UUID
    cells: tuple[str, ...]
    on: bool
    roles: tuple[Role, ...] = ()
    second_factor: bool = False
    profile: ExpertProfile | None = None
    writes: bool = False
    """Of an institution: its clients write into the record of its hospital."""


@dataclass(frozen=True, slots=True)
class AdministrationProps:
    load: Load
    institutions: tuple[AdminRow, ...]
    accounts: tuple[AdminRow, ...]
    agreements: tuple[AdminRow, ...]
    clinics: tuple[tuple[UUID, str], ...]
    hospitals: tuple[tuple[UUID, str], ...]
    all_institutions: tuple[tuple[UUID, str], ...]
    temporary_password: str
    contact_of: UUID | None = None
    contact: Contact | None = None
    """Of `contact_of`, once it was asked for."""


def derive_administration(state: State) -> AdministrationProps:
    admin = state.administration
    names = {item.id: item.name for item in admin.institutions}
    told = admin.temporary_password
    translate = QCoreApplication.translate
    text = ""
    if told is not None:
        text = translate("administration", "Temporary password of {name}: {password}").format(
            name=told[0], password=told[1]
        )
    return AdministrationProps(
        load=admin.load,
        institutions=tuple(_institution(item) for item in admin.institutions),
        accounts=tuple(_account(item) for item in admin.accounts),
        agreements=tuple(
            AdminRow(
                item.id,
                (
                    names.get(item.clinic_id, "–"),
                    names.get(item.hospital_id, "–"),
                    moment(item.valid_from)[:10],
                    moment(item.valid_until)[:10] if item.valid_until else "–",
                ),
                item.valid_until is None,
            )
            for item in admin.agreements
        ),
        clinics=_named(admin.institutions, "clinic"),
        hospitals=_named(admin.institutions, "hospital"),
        all_institutions=tuple((i.id, i.name) for i in admin.institutions if i.active),
        temporary_password=text,
        contact_of=state.rota.contact_of,
        contact=state.rota.contact,
    )


def _named(items: tuple[Institution, ...], kind: str) -> tuple[tuple[UUID, str], ...]:
    return tuple((i.id, i.name) for i in items if i.active and i.kind == kind)


def _institution(item: Institution) -> AdminRow:
    translate = QCoreApplication.translate
    state = (
        translate("administration", "In force")
        if item.active
        else translate("administration", "Closed")
    )
    writes = item.records_written_since is not None
    if writes:
        text = translate("administration", "{state}, writes records")
        state = text.format(state=state)
    cells = (item.code, item.name, word(item.kind), state)
    return AdminRow(item.id, cells, item.active, writes=writes)


def _account(item: Account) -> AdminRow:
    translate = QCoreApplication.translate
    state = (
        translate("administration", "Disabled")
        if item.disabled
        else translate("administration", "In force")
    )
    return AdminRow(
        item.id,
        (
            item.username,
            item.display_name,
            listed(word(role) for role in item.roles),
            item.institution_name or "–",
            translate("administration", "Set up") if item.second_factor else "–",
            state,
        ),
        not item.disabled,
        item.roles,
        bool(item.second_factor),
        item.expert,
    )
