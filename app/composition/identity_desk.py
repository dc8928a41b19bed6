"""The use cases of who one is, built for one signed-in person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.net.second_factor import SecondFactorApi
from app.services.second_factor import SecondFactorService

if TYPE_CHECKING:
    from app.composition.desk import Desk
    from app.services.entry import SignedInAs


class IdentityDesk:
    """`factor` is the own second factor."""

    def __init__(self, desk: Desk, who: SignedInAs) -> None:
        connection = who.api.connection
        self.factor = SecondFactorService(desk.session, SecondFactorApi(connection))
