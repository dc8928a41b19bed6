"""What the settings page shows of connection and store."""

from dataclasses import dataclass

from app.models.words import word
from app.session.state import State


@dataclass(frozen=True, slots=True)
class SettingsProps:
    server: str
    fingerprint: str
    key_place: str
    person: str
    roles: str
    version: str


def derive_settings(state: State, *, fingerprint: str, version: str) -> SettingsProps:
    account = state.link.account
    pairs = [fingerprint[i : i + 4].upper() for i in range(0, len(fingerprint), 4)]
    return SettingsProps(
        server=state.link.server,
        fingerprint=" ".join(pairs),
        key_place=word(state.link.key_place),
        person=account.display_name if account else "",
        roles=", ".join(word(role) for role in account.roles) if account else "",
        version=version,
    )
