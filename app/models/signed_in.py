"""Sessions as rows: the device, since when, when it was last used, from where."""

from dataclasses import dataclass
from uuid import UUID

from PySide6.QtCore import QCoreApplication

from app.models.table import TextRow
from app.models.times import moment
from app.models.words import listed, word
from app.session.queue import Load
from app.session.state import State
from protocol.account import TokenScope
from protocol.signed_in import PersonSession, SignedInSession


@dataclass(frozen=True, slots=True)
class OwnSessionsProps:
    """`here` are the keys of this computer's own rows, which signing out ends."""

    load: Load
    rows: tuple[TextRow, ...]
    here: frozenset[str]


@dataclass(frozen=True, slots=True)
class AllSessionsProps:
    """`whose` says of each row which account it is of, and their name."""

    load: Load
    rows: tuple[TextRow, ...]
    whose: dict[str, tuple[UUID, str]]


def own_columns() -> tuple[str, ...]:
    translate = QCoreApplication.translate
    return (
        translate("sessions", "Device"),
        translate("sessions", "Since"),
        translate("sessions", "Last used"),
        translate("sessions", "Address"),
    )


def all_columns() -> tuple[str, ...]:
    translate = QCoreApplication.translate
    person = (translate("sessions", "Person"), translate("sessions", "Roles"))
    return (*person, *own_columns())


def derive_own_sessions(state: State) -> OwnSessionsProps:
    own = state.sessions.own
    return OwnSessionsProps(
        state.sessions.own_load,
        tuple(TextRow(str(one.id), _cells(one)) for one in own),
        frozenset(str(one.id) for one in own if one.current),
    )


def derive_all_sessions(state: State) -> AllSessionsProps:
    everybody = state.sessions.all
    return AllSessionsProps(
        state.sessions.all_load,
        tuple(_row(one) for one in everybody),
        {str(one.session.id): (one.account_id, one.display_name) for one in everybody},
    )


def _row(one: PersonSession) -> TextRow:
    person = f"{one.display_name} ({one.username})"
    roles = listed(word(role) for role in one.roles)
    return TextRow(str(one.session.id), (person, roles, *_cells(one.session)))


def _cells(one: SignedInSession) -> tuple[str, ...]:
    return _device(one), moment(one.since), _used(one), one.address or "–"


def _device(one: SignedInSession) -> str:
    translate = QCoreApplication.translate
    name = one.device or "–"
    if one.scope is TokenScope.TRANSFER:
        name = translate("sessions", "Uploads in the background")
    if one.current:
        return translate("sessions", "{device} (this computer)").format(device=name)
    return name


def _used(one: SignedInSession) -> str:
    if one.connected:
        return QCoreApplication.translate("sessions", "Now")
    return "–" if one.seen_at is None else moment(one.seen_at)
