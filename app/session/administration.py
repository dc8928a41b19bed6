"""What an administrator sees: institutions, accounts, agreements."""

from dataclasses import dataclass, replace
from typing import assert_never

from app.session.queue import Load
from protocol.account import Account, Agreement, Institution


@dataclass(frozen=True, slots=True)
class Administration:
    load: Load = Load.LOADING
    institutions: tuple[Institution, ...] = ()
    accounts: tuple[Account, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    temporary_password: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class AdministrationLoaded:
    institutions: tuple[Institution, ...]
    accounts: tuple[Account, ...]
    agreements: tuple[Agreement, ...]


@dataclass(frozen=True, slots=True)
class AdministrationFailed:
    pass


@dataclass(frozen=True, slots=True)
class PasswordWasReset:
    """Shown once; `None` forgets it."""

    told: tuple[str, str] | None


AdministrationFact = AdministrationLoaded | AdministrationFailed | PasswordWasReset


def reduce_administration(admin: Administration, fact: AdministrationFact) -> Administration:
    match fact:
        case AdministrationLoaded(institutions, accounts, agreements):
            return Administration(
                Load.READY, institutions, accounts, agreements, admin.temporary_password
            )
        case AdministrationFailed():
            return admin if admin.accounts else replace(admin, load=Load.FAILED)
        case PasswordWasReset(told):
            return replace(admin, temporary_password=told)
        case _:
            assert_never(fact)
