"""Administration: institutions, accounts, agreements; every change is read back."""

from collections.abc import Coroutine
from typing import Any
from uuid import UUID

from app.net.api import Api
from app.net.errors import Unreachable
from app.services.facts import Facts
from app.services.server_time import server_now
from app.session.administration import (
    AdministrationFailed,
    AdministrationLoaded,
    PasswordWasReset,
)
from protocol.account import (
    ChangeAccount,
    ChangeAgreement,
    ChangeInstitution,
    NewAccount,
    NewAgreement,
    NewInstitution,
)


class AdministrationService:
    def __init__(self, facts: Facts, api: Api) -> None:
        self._facts = facts
        self._api = api

    async def load(self) -> None:
        try:
            loaded = AdministrationLoaded(
                await self._api.institutions(),
                await self._api.accounts(),
                await self._api.agreements(),
            )
        except Unreachable:
            self._facts.apply(AdministrationFailed())
            return
        self._facts.apply(loaded)

    async def add_institution(self, body: NewInstitution) -> None:
        await self._changed(self._api.add_institution(body))

    async def change_institution(self, id_: UUID, body: ChangeInstitution) -> None:
        await self._changed(self._api.change_institution(id_, body))

    async def add_account(self, body: NewAccount) -> None:
        await self._changed(self._api.add_account(body))

    async def change_account(self, id_: UUID, body: ChangeAccount) -> None:
        await self._changed(self._api.change_account(id_, body))

    async def add_agreement(self, clinic_id: UUID, hospital_id: UUID) -> None:
        """From now on."""
        begins = server_now(self._facts.state)
        body = NewAgreement(clinic_id=clinic_id, hospital_id=hospital_id, valid_from=begins)
        await self._changed(self._api.add_agreement(body))

    async def end_agreement(self, id_: UUID) -> None:
        """Now; one that has not begun never does."""
        known = self._facts.state.administration.agreements
        begins = [one.valid_from for one in known if one.id == id_]
        ended = ChangeAgreement(valid_until=max(server_now(self._facts.state), *begins))
        await self._changed(self._api.change_agreement(id_, ended))

    async def reset_password(self, id_: UUID) -> None:
        """The temporary password is shown once, until the next change."""
        told = await self._api.reset_password(id_)
        accounts = self._facts.state.administration.accounts
        name = next((a.display_name for a in accounts if a.id == id_), "")
        await self.load()
        self._facts.apply(PasswordWasReset((name, told.temporary_password)))

    async def reset_second_factor(self, id_: UUID) -> None:
        await self._changed(self._api.reset_second_factor(id_))

    async def _changed(self, work: Coroutine[Any, Any, object]) -> None:
        self._facts.apply(PasswordWasReset(None))
        await work
        await self.load()
