"""What the settings page shows of connection and store."""

from dataclasses import dataclass

from app.models.call_check import CheckProps, derive_check
from app.models.device_certificate import DeviceCertificateProps, derive_device_certificate
from app.models.emr_settings import EmrFormProps, derive_emr_form
from app.models.equipment import EquipmentProps, derive_equipment
from app.models.intake_settings import IntakeFormProps, derive_intake_form
from app.models.lock import LockChoiceProps, derive_lock_choice
from app.models.second_factor import SecondFactorProps, derive_second_factor
from app.models.service_lines import LineChoiceProps, derive_line_choice
from app.models.signature import CertificateProps, derive_certificate
from app.models.signed_in import OwnSessionsProps, derive_own_sessions
from app.models.words import listed, word
from app.session.state import State
from protocol.account import CLINICAL_ROLES, Account, Role


@dataclass(frozen=True, slots=True)
class SettingsProps:
    """`on_duty_list`: whether this person is rung, and may pause that."""

    server: str
    fingerprint: str
    key_place: str
    person: str
    roles: str
    version: str
    on_duty_list: bool
    ring_tones: bool | None
    """None for whom nothing rings."""
    equipment: EquipmentProps
    check: CheckProps
    second_factor: SecondFactorProps
    sessions: OwnSessionsProps
    lock: LockChoiceProps
    device: DeviceCertificateProps
    intake: IntakeFormProps | None = None
    """How pictures come in, for those who send them."""
    certificate: CertificateProps | None = None
    """For those who sign."""
    emr: EmrFormProps | None = None
    lines: LineChoiceProps | None = None
    """For dispatchers and administrators."""


def derive_settings(state: State, *, fingerprint: str, version: str) -> SettingsProps:
    account = state.link.account
    pairs = [fingerprint[i : i + 4].upper() for i in range(0, len(fingerprint), 4)]
    return SettingsProps(
        server=state.link.server,
        fingerprint=" ".join(pairs),
        key_place=word(state.link.key_place),
        person=account.display_name if account else "",
        roles=listed(word(role) for role in account.roles) if account else "",
        version=version,
        equipment=derive_equipment(state.equipment),
        check=derive_check(state.call_check),
        second_factor=derive_second_factor(state.second_factor),
        sessions=derive_own_sessions(state),
        lock=derive_lock_choice(state),
        device=derive_device_certificate(state.entry),
        intake=derive_intake_form(state) if _sends(account) else None,
        emr=derive_emr_form(state) if _sends(account) else None,
        lines=derive_line_choice(state),
        ring_tones=state.equipment.ring_tones if _hears(account) else None,
        on_duty_list=_is_expert(account),
        certificate=derive_certificate(state.signature) if _is_expert(account) else None,
    )


def _is_expert(account: Account | None) -> bool:
    return account is not None and Role.EXPERT in account.roles


def _hears(account: Account | None) -> bool:
    return account is not None and not set(CLINICAL_ROLES).isdisjoint(account.roles)


def _sends(account: Account | None) -> bool:
    return account is not None and not {Role.REQUESTER, Role.ADMIN}.isdisjoint(account.roles)
