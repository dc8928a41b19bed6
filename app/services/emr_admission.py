"""Which server of a hospital is set up on this computer, and the secret that opens it."""

import json
import logging
import threading
from datetime import UTC, datetime
from uuid import UUID

from pydantic import ValidationError

from app.net.emr.place import EmrAccess, EmrServer
from app.net.emr.tokens import HeldToken
from app.store.errors import StoreError
from app.store.profile import Profile, SealedStore

log = logging.getLogger(__name__)
SECRET = "server"  # nosec B105  # a name
"""The name of the sealed token, client secret or refresh token."""


class EmrAdmission:
    """The address is kept openly in the profile, the secret sealed beside it. What touches the disk
    blocks: for a thread; it raises DiskFull.

    Args:
        account: who looks; another person's sign-in at the hospital is not theirs.
    """

    def __init__(self, profile: Profile, secrets: SealedStore, account: UUID | None) -> None:
        self._profile = profile
        self._secrets = secrets
        self._account = account
        self._held: HeldToken | None = None
        self._holding = threading.Lock()

    @property
    def server(self) -> EmrServer:
        kept = self._profile.remembered.emr
        if not kept:
            return EmrServer()
        try:
            return EmrServer.model_validate_json(json.dumps(kept))
        except ValidationError:
            log.warning("the settings of the hospital's record cannot be read and are begun anew")
            return EmrServer()

    def save(self, server: EmrServer, secret: str) -> EmrServer:
        """`secret` empty: the one before stays, as long as what it was given for does."""
        before = self.server
        moved = given_for(before) != given_for(server)
        set_at = before.set_at if before.url == server.url else None
        kept = {
            "public_key": server.public_key or ("" if moved else before.public_key),
            "set_at": set_at or datetime.now(UTC),
            "signed_at": None if moved else before.signed_at,
            "signed_by": None if moved else before.signed_by,
        }
        held = None if moved or secret else self._held
        return self._put(server.model_copy(update=kept), secret, held, forget=moved)

    def admit(self, server: EmrServer, refresh: str, held: HeldToken | None) -> EmrServer | None:
        """Somebody has signed in there, or out (`held` None); None where another server was set up
        meanwhile."""
        before = self.server
        if given_for(before) != given_for(server):
            return None
        signed = {
            "signed_at": None if held is None else datetime.now(UTC),
            "signed_by": None if held is None else self._account,
        }
        return self._put(before.model_copy(update=signed), refresh, held, forget=True)

    def _put(
        self, server: EmrServer, secret: str, held: HeldToken | None, *, forget: bool
    ) -> EmrServer:
        with self._holding:
            if secret:
                self._secrets.write(SECRET, secret.encode())
            elif forget:  # a secret goes to the server it was given for, and to no other
                self._secrets.delete(SECRET)
            self._profile.remember(emr=server.model_dump(mode="json"))
            self._held = held
        return server

    def secret(self) -> str:
        """Empty where there is none, or it cannot be read."""
        try:
            return (self._secrets.read(SECRET) or b"").decode()
        except (StoreError, OSError):
            log.warning(
                "the secret of the hospital's record cannot be read; it must be typed again"
            )
            return ""

    def token_for(self, server: EmrServer) -> HeldToken | None:
        """The token of who signed in there: one for all that ask. None where no person signs in, or
        not there."""
        if server.access is not EmrAccess.PERSON:
            return None
        with self._holding:
            there = self.server
            if given_for(there) != given_for(server):
                return None
            if self._held is None:
                self._held = self.held(self.secret() if there.signed_by == self._account else "")
            return self._held

    def held(self, refresh: str = "") -> HeldToken:
        """A token each new refresh token of which is kept, while it is the one of who signed in."""
        made = HeldToken(refresh, lambda new: self._keep_refresh(made, new))
        return made

    def _keep_refresh(self, of: HeldToken, refresh: str) -> None:
        """A new one came. Of a server that is set no more nothing is kept."""
        with self._holding:
            if of is self._held:
                self._secrets.write(SECRET, refresh.encode())


def given_for(server: EmrServer) -> tuple[str, ...]:
    """What a secret was given for."""
    of_person = (server.client_id, server.scope) if server.access is EmrAccess.PERSON else ()
    return (server.url, server.access, *of_person)
