"""What an administrator wants to change of houses, people and agreements."""

from dataclasses import dataclass
from uuid import UUID

from protocol.account import (
    ChangeAccount,
    ChangeInstitution,
    NewAccount,
    NewInstitution,
)


@dataclass(frozen=True, slots=True)
class WishAddInstitution:
    body: NewInstitution


@dataclass(frozen=True, slots=True)
class WishChangeInstitution:
    institution_id: UUID
    body: ChangeInstitution


@dataclass(frozen=True, slots=True)
class WishAddAccount:
    body: NewAccount


@dataclass(frozen=True, slots=True)
class WishChangeAccount:
    account_id: UUID
    body: ChangeAccount


@dataclass(frozen=True, slots=True)
class WishResetPassword:
    account_id: UUID


@dataclass(frozen=True, slots=True)
class WishResetSecondFactor:
    account_id: UUID


@dataclass(frozen=True, slots=True)
class WishAddAgreement:
    """It begins now, by the server's clock."""

    clinic_id: UUID
    hospital_id: UUID


@dataclass(frozen=True, slots=True)
class WishEndAgreement:
    agreement_id: UUID


AdministrationWish = (
    WishAddInstitution
    | WishChangeInstitution
    | WishAddAccount
    | WishChangeAccount
    | WishResetPassword
    | WishResetSecondFactor
    | WishAddAgreement
    | WishEndAgreement
)
