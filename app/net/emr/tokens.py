"""Access tokens of a hospital's server (RFC 6749), renewed in time and by one alone."""

import base64
import threading
import time
from collections.abc import Callable
from urllib.parse import urljoin

from app.net.emr.elements import Json, number_of, text_of
from app.net.errors import NotUnderstood

EARLY_S, LASTS_S = 30.0, 300.0


def endpoint(told: Json, name: str, base: str) -> str:
    """An address of `.well-known/smart-configuration` that a secret may go to: by TLS, or where
    the FHIR server at `base` itself is. Raises NotUnderstood."""
    url = text_of(told.get(name))
    if not url.startswith(("https://", urljoin(base, "/"))):
        raise NotUnderstood(f"the server names no safe {name}")
    return url


def base64url(raw: bytes) -> str:
    """Without padding, as RFC 7515 2 and RFC 7636 4.2 have it."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class HeldToken:
    """For all that ask one server at once. A refresh token is used by one of them only: a server
    that gives a new one each time takes the old one for stolen.

    Args:
        refresh: of who signed in; empty where nobody did.
        keep: is given each new refresh token before its access token is used.
    """

    def __init__(self, refresh: str = "", keep: Callable[[str], None] = lambda _new: None) -> None:
        self._refresh = refresh
        self._keep = keep
        self._access = ""
        self._good_until = 0.0
        self._renewing = threading.Lock()

    def __repr__(self) -> str:
        return "HeldToken(…)"

    @property
    def tokens(self) -> dict[str, str]:
        """What is held, by its name in RFC 7009 2.1."""
        held = {"refresh_token": self._refresh, "access_token": self._access}
        return {kind: token for kind, token in held.items() if token}

    def take(self, told: Json) -> None:
        """An answer of the token endpoint (RFC 6749 5.1); raises NotUnderstood where it is none."""
        access, refresh = text_of(told.get("access_token")), text_of(told.get("refresh_token"))
        kind = text_of(told.get("token_type")) or "bearer"
        if not access or kind.casefold() != "bearer":
            raise NotUnderstood("the answer has no access token")
        if refresh and refresh != self._refresh:
            self._keep(refresh)
            self._refresh = refresh
        lasts = number_of(told.get("expires_in")) or LASTS_S
        self._access, self._good_until = access, time.monotonic() + max(5.0, lasts - EARLY_S)

    def bearer(self, renew: Callable[[str], Json], refused: str = "") -> str:
        """`renew` is given the refresh token; `refused`: what the server did not take."""
        with self._renewing:
            late = time.monotonic() > self._good_until
            if not self._access or late or self._access == refused:
                self.take(renew(self._refresh))
            return self._access
