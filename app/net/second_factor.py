"""The own second factor over REST."""

from app.net.connection import Connection
from protocol import paths
from protocol.second_factor import (
    BeginSecondFactor,
    ConfirmSecondFactor,
    RecoveryCodes,
    SecondFactorOffer,
    SecondFactorState,
)


class SecondFactorApi:
    """Typed calls over one `Connection`; every error is a `NetError`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def state(self) -> SecondFactorState:
        return await self._connection.get(SecondFactorState, paths.SECOND_FACTOR)

    async def begin(self, body: BeginSecondFactor) -> SecondFactorOffer:
        answer = await self._connection.request("POST", paths.SECOND_FACTOR, json=_opened(body))
        return self._connection.parse(SecondFactorOffer, answer)

    async def confirm(self, body: ConfirmSecondFactor) -> RecoveryCodes:
        return await self._connection.send("PUT", RecoveryCodes, paths.SECOND_FACTOR, body)

    async def new_codes(self, body: BeginSecondFactor) -> RecoveryCodes:
        answer = await self._connection.request(
            "POST", paths.SECOND_FACTOR_CODES, json=_opened(body)
        )
        return self._connection.parse(RecoveryCodes, answer)

    async def end(self, body: BeginSecondFactor) -> None:
        await self._connection.request("POST", paths.SECOND_FACTOR_END, json=_opened(body))


def _opened(body: BeginSecondFactor) -> dict[str, object]:
    """Pydantic hides a secret; this is where it goes out."""
    return body.model_dump(mode="json") | {"password": body.password.get_secret_value()}
