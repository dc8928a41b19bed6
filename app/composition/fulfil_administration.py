"""Wishes of administrators."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from app.commands.administration_wishes import (
    AdministrationWish,
    WishAddAccount,
    WishAddAgreement,
    WishAddInstitution,
    WishChangeAccount,
    WishChangeInstitution,
    WishEndAgreement,
    WishResetPassword,
    WishResetSecondFactor,
)

if TYPE_CHECKING:
    from app.composition.desk import Desk


def fulfil_administration(desk: Desk, wish: AdministrationWish) -> None:
    admin, start = desk.administration, desk.tasks.start
    match wish:
        case WishAddInstitution(body):
            start(admin.add_institution(body))
        case WishChangeInstitution(id_, change):
            start(admin.change_institution(id_, change))
        case WishAddAccount(account):
            start(admin.add_account(account))
        case WishChangeAccount(id_, changed):
            start(admin.change_account(id_, changed))
        case WishResetPassword(id_):
            start(admin.reset_password(id_))
        case WishResetSecondFactor(id_):
            start(admin.reset_second_factor(id_))
        case WishAddAgreement(clinic_id, hospital_id):
            start(admin.add_agreement(clinic_id, hospital_id))
        case WishEndAgreement(id_):
            start(admin.end_agreement(id_))
        case _:
            assert_never(wish)
