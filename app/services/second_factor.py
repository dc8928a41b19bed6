"""Setting up the second factor, its recovery codes, and going without it."""

import asyncio
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any, TypeVar

from pydantic import SecretStr

from app.net.errors import NetError
from app.net.second_factor import SecondFactorApi
from app.services.facts import Facts
from app.services.invitation import squares_of
from app.services.troubles import trouble_of
from app.session.second_factor import SecondFactor, SecondFactorChanged
from protocol.second_factor import BeginSecondFactor, ConfirmSecondFactor

T = TypeVar("T")


class SecondFactorService:
    """What went wrong stays beside the form it was asked in, not among the notices."""

    def __init__(self, facts: Facts, api: SecondFactorApi) -> None:
        self._facts = facts
        self._api = api

    async def load(self) -> None:
        known = await self._api.state()
        self._show(replace(self._now, known=known))

    async def begin(self, password: str, code: str = "") -> None:
        """A new secret, to be read into an authenticator."""
        offer = await self._tried(self._api.begin(_both(password, code)))
        if offer is not None:
            squares = await asyncio.to_thread(squares_of, offer.uri)
            self._show(replace(self._now, secret=offer.secret, squares=squares))

    async def confirm(self, code: str) -> None:
        """A code of the new secret; answered by recovery codes."""
        made = await self._tried(self._api.confirm(ConfirmSecondFactor(code=code)))
        if made is not None:
            self._show(SecondFactor(known=self._now.known, codes=made.codes))
            await self.load()

    async def new_codes(self, password: str, code: str) -> None:
        made = await self._tried(self._api.new_codes(_both(password, code)))
        if made is not None:
            self._show(SecondFactor(known=self._now.known, codes=made.codes))
            await self.load()

    async def end(self, password: str, code: str) -> None:
        await self._tried(self._api.end(_both(password, code)))
        if self._now.problem is None:
            await self.load()

    def close(self) -> None:
        """Forgets what is shown once."""
        self._show(SecondFactor(known=self._now.known))

    async def _tried(self, work: Coroutine[Any, Any, T]) -> T | None:
        self._show(replace(self._now, busy=True, problem=None, problem_details=()))
        try:
            return await work
        except NetError as error:
            code, details = trouble_of(error)
            self._show(replace(self._now, problem=code, problem_details=details))
            return None
        finally:
            self._show(replace(self._now, busy=False))

    @property
    def _now(self) -> SecondFactor:
        return self._facts.state.second_factor

    def _show(self, second_factor: SecondFactor) -> None:
        self._facts.apply(SecondFactorChanged(second_factor))


def _both(password: str, code: str) -> BeginSecondFactor:
    return BeginSecondFactor(password=SecretStr(password), code=code.strip() or None)
