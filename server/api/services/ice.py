"""The site's STUN and TURN servers, with credentials that are good for a limited time.

Coturn's `use-auth-secret`: the user name is the moment at which it expires and a random part, the
password is the HMAC-SHA1 of the user name under the secret both share.
"""

import base64
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from protocol.call import IceServer, IceTransportPolicy


@dataclass(frozen=True, slots=True)
class Ice:
    """What a participant is told.

    Args:
        servers: those with credentials that do not change, or without any.
        turn_urls: the relay, in the order in which its URLs are to be tried.
        ca: PEM of the CA that signed the relay's certificate.
    """

    servers: tuple[IceServer, ...] = ()
    turn_urls: tuple[str, ...] = ()
    turn_secret: str = ""
    turn_valid_s: int = 3600
    policy: IceTransportPolicy = "all"
    ca: str | None = None

    @property
    def valid_s(self) -> int | None:
        return self.turn_valid_s if self.turn_urls else None

    def fresh(self, now: datetime) -> tuple[IceServer, ...]:
        """The servers with credentials that begin to be good now."""
        if not self.turn_urls:
            return self.servers
        expires = int((now + timedelta(seconds=self.turn_valid_s)).timestamp())
        username = f"{expires}:{secrets.token_hex(8)}"
        digest = hmac.digest(self.turn_secret.encode(), username.encode(), "sha1")
        relay = IceServer(
            urls=self.turn_urls,
            username=username,
            credential=base64.b64encode(digest).decode(),
            ca=self.ca,
        )
        return (*self.servers, relay)
