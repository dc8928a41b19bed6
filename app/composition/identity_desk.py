"""The use cases of who one is, built for one signed-in person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.net.second_factor import SecondFactorApi
from app.net.signed_in import SignedInApi
from app.services.second_factor import SecondFactorService
from app.services.signed_in import SignedInService

if TYPE_CHECKING:
    from app.composition.desk import Desk
    from app.services.entry import SignedInAs


class IdentityDesk:
    """`factor` is the own second factor, `signed_in` where people are signed in."""

    def __init__(self, desk: Desk, who: SignedInAs) -> None:
        connection = who.api.connection
        self.factor = SecondFactorService(desk.session, SecondFactorApi(connection))
        self.signed_in = SignedInService(desk.session, SignedInApi(connection))
