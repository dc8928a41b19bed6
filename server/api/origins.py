"""Which web pages may ask for images (CORS): those of origins the site has configured, no other.

A viewer in the browser is served from another origin than this server. The browser asks whether it
may talk to us; only an origin of the list is answered, by its name and never by a wildcard. Access
still needs a token: there are no cookies here, so that a page cannot borrow a person's rights.
"""

from collections.abc import Iterable, MutableMapping
from typing import Any

from protocol.paths import DICOMWEB

Headers = list[tuple[bytes, bytes]]
_METHODS = b"GET, POST, OPTIONS"
_ASKED = b"authorization, accept, content-type, if-none-match, if-range, range"
_SHOWN = b"content-length, content-range, etag, warning, x-request-id, x-total-count"
KEPT_S = b"600"


class Origins:
    """The allow-list; without one no page of another origin is let in."""

    def __init__(self, allowed: Iterable[str]) -> None:
        self._allowed = frozenset(origin.encode() for origin in allowed)

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
