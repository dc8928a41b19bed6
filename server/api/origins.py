"""Which web pages may ask for images (CORS): those of origins the site has configured, no other.
Which may open the WebSocket: our own.

A viewer in the browser is served from another origin than this server. The browser asks whether it
may talk to us; only an origin of the list is answered, by its name and never by a wildcard. Access
still needs a token: there are no cookies here, so that a page cannot borrow a person's rights.
"""

import re
from collections.abc import Iterable, Iterator, MutableMapping
from typing import Any
from urllib.parse import urlsplit

from protocol.paths import DICOMWEB

Headers = list[tuple[bytes, bytes]]
_METHODS = b"GET, POST, OPTIONS"
_ASKED = b"authorization, accept, content-type, if-none-match, if-range, range"
_SHOWN = b"content-length, content-range, etag, warning, x-request-id, x-total-count"
KEPT_S = b"600"
_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?")
_HTTPS = 443


class Origins:
    """The allow-list; without one no page of another origin is let in. `own` is the address that
    the site is known by."""

    def __init__(self, allowed: Iterable[str], own: str | None = None) -> None:
        self._allowed = frozenset(origin.encode() for origin in allowed)
        self._own = _place(own.removeprefix("https://")) if own else None

    def may_open_socket(self, scope: MutableMapping[str, Any]) -> bool:
        """Whether the page that asks is one of ours (RFC 6455, 10.2): of the very host and port
        that were asked (RFC 6454, 5), or of the address the site is known by. Programs, which send
        no origin, may."""
        said = _lines(scope, b"origin")
        if not said:
            return True
        page = _place(said[0].removeprefix("https://"))
        if len(said) > 1 or not said[0].startswith("https://") or page is None:
            return False
        return page == self._own or page in _asked(scope)

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


def names_no_host(scope: MutableMapping[str, Any]) -> bool:
    """Whether a request does not say, once and well-formed, whom it asks (RFC 9112, 3.2). Those of
    HTTP/1.0, by which simple proxies look whether a server is there, need not."""
    hosts = _lines(scope, b"host")
    if not hosts:
        return bool(scope.get("http_version") != "1.0")
    return len(hosts) > 1 or _HOST.fullmatch(hosts[0]) is None


def _asked(scope: MutableMapping[str, Any]) -> Iterator[tuple[str, int] | None]:
    """Where the client has asked: as the request says, and as a proxy says that hands on another
    host. No page sets these headers, so that they need no trust here; programs are let in anyway.
    """
    hosts = _lines(scope, b"host")
    yield from map(_place, hosts)
    ports = _lines(scope, b"x-forwarded-port")
    for host in _lines(scope, b"x-forwarded-host") or hosts:
        first = host.partition(",")[0].strip()
        yield _place(first)
        if ports and _place(first) == _place(f"{first}:{_HTTPS}"):
            yield _place(f"{first}:{ports[0]}")


def _lines(scope: MutableMapping[str, Any], wanted: bytes) -> list[str]:
    return [value.decode("latin-1") for name, value in scope["headers"] if name == wanted]


def _place(host: str) -> tuple[str, int] | None:
    """Name and port of what stands in a Host, or behind the scheme of an origin; None where there
    is none."""
    try:
        found = urlsplit(f"//{host}")
        if not found.hostname or found.netloc != host or found.username is not None:
            return None
        return found.hostname, found.port or _HTTPS
    except ValueError:
        return None
