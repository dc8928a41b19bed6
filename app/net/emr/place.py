"""Which server keeps the hospital's record, and how this computer is admitted.

Kept openly in the profile; token and client secret are sealed apart.
"""

from enum import StrEnum
from ipaddress import ip_address
from typing import Self
from urllib.parse import urlsplit
from uuid import UUID

from pydantic import Field, field_validator, model_validator

from protocol.base import Message, Moment


class EmrAccess(StrEnum):
    """How the server admits."""

    OPEN = "open"  # whoever is in its network
    TOKEN = "token"  # nosec B105  # a bearer token hospital IT gives out
    CLIENT = "client"  # SMART backend services: OAuth2 client credentials
    KEY = "key"  # the same, by a key of its own: asymmetric client authentication
    PERSON = "person"  # SMART App Launch: a person signs in, in the browser
    HOUSE = "house"  # our own server keeps the record: a session's token opens it


SCOPES = {
    EmrAccess.CLIENT: "system/*.read",
    EmrAccess.KEY: "system/*.read",
    EmrAccess.PERSON: "openid fhirUser offline_access user/*.read",
}
"""What is asked for where nobody chose otherwise; `offline_access` spares signing in each day."""


class EmrServer(Message):
    """One FHIR R4 server. `token_url` empty: asked of `.well-known/smart-configuration`."""

    name: str = Field("", max_length=80)
    url: str = Field("", max_length=400)
    access: EmrAccess = EmrAccess.OPEN
    client_id: str = Field("", max_length=200)
    token_url: str = Field("", max_length=400)
    scope: str = Field(SCOPES[EmrAccess.CLIENT], max_length=400)
    public_key: str = Field("", max_length=4000)
    """The public half of the key that admits, as a JWK Set: what hospital IT registers."""
    set_at: Moment | None = None
    """When this address was set up here: cases that were sent before are not written there."""
    signed_at: Moment | None = None
    """When a person signed in here, where that admits."""
    signed_by: UUID | None = None
    """Whose account that is: nobody else at this computer looks in that person's name."""

    @field_validator("url", "token_url")
    @classmethod
    def _is_web(cls, url: str) -> str:
        url = url.strip()
        parts = urlsplit(url)
        if url and (parts.scheme not in ("http", "https") or not parts.hostname):
            raise ValueError("begins with https://")
        if parts.username or parts.query or parts.fragment:
            raise ValueError("no user, query or fragment")
        return url

    @model_validator(mode="after")
    def _names_its_client(self) -> Self:
        if self.url and self.access in SCOPES and not self.client_id.strip():
            raise ValueError("client_id")
        return self

    @property
    def may_write(self) -> bool:
        """Whether the scope asks for writing (SMART App Launch 2.0: `c`, `u`; 1.0: `write`)."""
        if self.access not in SCOPES:
            return True
        allowed = [one.rpartition(".")[2].partition("?")[0] for one in self.scope.split()]
        return any(one in ("write", "*") or {"c", "u"} <= set(one) for one in allowed)

    @property
    def is_set(self) -> bool:
        return bool(self.url)

    @property
    def is_ours(self) -> bool:
        """Whether our own server keeps the record, for want of another."""
        return self.access is EmrAccess.HOUSE

    @property
    def is_open_line(self) -> bool:
        """Whether others in the network can read along: no TLS, and not this computer."""
        parts = urlsplit(self.url)
        host = parts.hostname or ""
        try:
            here = ip_address(host).is_loopback
        except ValueError:
            here = host == "localhost"
        return parts.scheme == "http" and not here
