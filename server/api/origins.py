"""Which web pages may ask for images (CORS): those of origins the site has configured, no other.
Which may open the WebSocket: our own.

A viewer in the browser is served from another origin than this server. The browser asks whether it
may talk to us; only an origin of the list is answered, by its name and never by a wildcard. Access
still needs a token: there are no cookies here, so that a page cannot borrow a person's rights.
"""

from collections.abc import Iterable, MutableMapping
from typing import Any
from urllib.parse import urlsplit

from protocol.paths import DICOMWEB

Headers = list[tuple[bytes, bytes]]
_METHODS = b"GET, POST, OPTIONS"
_ASKED = b"authorization, accept, content-type, if-none-match, if-range, range"
_SHOWN = b"content-length, content-range, etag, warning, x-request-id, x-total-count"
KEPT_S = b"600"


class Origins:
    """The allow-list; without one no page of another origin is let in. `own` is the address that
    the site is known by."""

    def __init__(self, allowed: Iterable[str], own: str | None = None) -> None:
        self._allowed = frozenset(origin.encode() for origin in allowed)
        self._own = own.encode() if own else b""

    def may_open_socket(self, scope: MutableMapping[str, Any]) -> bool:
        """Whether the page that asks is one of ours (RFC 6455, 10.2): of the host that was asked,
        or of the address the site is known by. Programs, which send no origin, may."""
        headers = dict(scope["headers"])
        origin: bytes | None = headers.get(b"origin")
        if origin is None or (self._own and origin == self._own):
            return True
        host = b"//" + headers.get(b"host", b"")
        try:
            page, asked = (urlsplit(one.decode("latin-1")) for one in (origin, host))
        except ValueError:
            return False
        # Without the ports: a proxy may hand on the host's name alone.
        return page.scheme == "https" and bool(page.hostname) and page.hostname == asked.hostname

    def of(self, scope: MutableMapping[str, Any]) -> bytes | None:
        """The request's origin when it is allowed to ask for images."""
        if not self._allowed or not scope["path"].startswith(DICOMWEB + "/"):
            return None
        origin: bytes = dict(scope["headers"]).get(b"origin", b"")
        return origin if origin in self._allowed else None

    def asks_first(self, scope: MutableMapping[str, Any]) -> bool:
        """Whether this is a browser's question before the request proper."""
        return scope["method"] == "OPTIONS" and self.of(scope) is not None


def allowing(origin: bytes) -> Headers:
    """What lets the page read an answer."""
    return [
        (b"access-control-allow-origin", origin),
        (b"access-control-expose-headers", _SHOWN),
        (b"vary", b"origin"),
    ]


def answering(origin: bytes) -> Headers:
    """The answer to the question before."""
    return [
        (b"access-control-allow-origin", origin),
        (b"access-control-allow-methods", _METHODS),
        (b"access-control-allow-headers", _ASKED),
        (b"access-control-max-age", KEPT_S),
        (b"vary", b"origin"),
    ]
