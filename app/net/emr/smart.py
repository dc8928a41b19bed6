"""A person signs in at the hospital in their own browser (SMART App Launch 2.2, standalone, or out
of the hospital's own program): an authorization code with PKCE (RFC 7636), sent to this computer's
loopback address (RFC 8252 7.3).

The browser asks for the password: this program never sees it. What it gets is a refresh token.
"""

import hashlib
import hmac
import secrets
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Protocol
from urllib.parse import parse_qs, urlencode, urlsplit

from app.net.emr.elements import Json, listed, text_of
from app.net.emr.place import EmrServer
from app.net.emr.tokens import base64url, endpoint
from app.net.errors import NetError, NotSignedIn, NotUnderstood

WHOLE_S = 300.0
"""So long may somebody take over signing in."""
LOOK_S = 0.2
QUIET_S = 1.0
"""So long may a connection say nothing: browsers open some for later."""
PATH = "/callback"
_PAGE = """<!doctype html><html lang="zh"><meta charset="utf-8"><title>Huizhen 远程会诊</title>
<body style="font:16px sans-serif;margin:15vh auto;max-width:32em;text-align:center">
<p>{zh}</p><p>{en}</p></body></html>"""
_DONE = (
    "可以关闭此页面，回到远程会诊程序。",
    "You can close this page and go back to the program.",
)
_REFUSED = ("登录未完成。请回到远程会诊程序查看原因。", "Not signed in. The program says why.")
_HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
}


class NobodyCame(NetError):
    """Nobody signed in in time, or it was given up."""


class SmartServer(Protocol):
    """What is asked: `app.net.emr.hospital.Hospital`."""

    @property
    def base(self) -> str: ...

    @property
    def smart(self) -> Json: ...

    def token_for(self, form: dict[str, str]) -> Json: ...


@dataclass(frozen=True, slots=True)
class SmartPlace:
    """Where a server lets people sign in. `issuer` is what it calls itself in its answers (RFC
    9207), `tells_issuer` that it always does."""

    authorize: str
    issuer: str
    tells_issuer: bool


def place_of(told: Json, base: str) -> SmartPlace:
    """Of `.well-known/smart-configuration`; raises NotUnderstood where it is not safe."""
    authorize = endpoint(told, "authorization_endpoint", base)
    endpoint(told, "token_endpoint", base)  # nobody signs in for a code that goes nowhere
    if "S256" not in listed(told.get("code_challenge_methods_supported")):
        raise NotUnderstood("the server does not bind a code to who asked for it (PKCE)")
    tells = told.get("authorization_response_iss_parameter_supported") is True
    return SmartPlace(authorize, text_of(told.get("issuer")), tells)


@dataclass(frozen=True, slots=True)
class Asked:
    """One sign-in: what only this program knows of it."""

    place: SmartPlace
    client_id: str
    redirect: str
    state: str = field(repr=False)
    verifier: str = field(repr=False)

    def url(self, scope: str, audience: str, launch: str = "") -> str:
        """What the browser is sent to. `audience`: the FHIR server the token is for; `launch`: the
        word by which it knows what its own program opened this one for."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        query = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.redirect,
            "scope": scope,
            "state": self.state,
            "aud": audience,
            "code_challenge": base64url(digest),
            "code_challenge_method": "S256",
        }
        if launch:
            asked = scope if "launch" in scope.split() else f"launch {scope}"
            query |= {"launch": launch, "scope": asked}
        joined = "&" if urlsplit(self.place.authorize).query else "?"
        return f"{self.place.authorize}{joined}{urlencode(query)}"

    def is_answered_by(self, query: dict[str, list[str]]) -> bool:
        """Whether it is the answer to this sign-in: others may call a loopback address too."""
        told = query.get("state", [])
        return len(told) == 1 and hmac.compare_digest(told[0].encode(), self.state.encode())

    def code_of(self, query: dict[str, list[str]]) -> str:
        """Raises NotSignedIn where somebody was refused, and where another server answers."""
        issuers = query.get("iss", [])
        if (issuers or self.place.tells_issuer) and issuers != [self.place.issuer]:
            raise NotUnderstood("another server than the one that was asked answers")
        codes = query.get("code", [])
        if "error" in query or len(codes) != 1 or not codes[0]:
            raise NotSignedIn(status=403, said=text_of(query.get("error_description", [""])[0]))
        return codes[0]

    def form(self, code: str) -> dict[str, str]:
        """What the code is exchanged with (RFC 6749 4.1.3, RFC 7636 4.5)."""
        return {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect,
            "client_id": self.client_id,
            "code_verifier": self.verifier,
        }


class Loopback:
    """Waits on this computer, on a free port, for the browser to bring an answer back."""

    def __init__(self) -> None:
        self._came: dict[str, list[str]] | None = None
        self._asked: Asked | None = None
        loopback = self

        class Handler(BaseHTTPRequestHandler):
            timeout = QUIET_S

            def do_GET(self) -> None:
                loopback._answer(self)

            def log_message(self, *_args: object) -> None:
                """A code stands in the address."""

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self._server.timeout = LOOK_S

    @property
    def redirect(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}{PATH}"

    def close(self) -> None:
        self._server.server_close()

    def wait(self, asked: Asked, cancelled: Callable[[], bool]) -> dict[str, list[str]]:
        """The query of the answer; raises `NobodyCame`."""
        self._asked = asked
        until = time.monotonic() + WHOLE_S
        while self._came is None:
            if cancelled() or time.monotonic() > until:
                raise NobodyCame("nobody signed in")
            self._server.handle_request()
        return self._came

    def _answer(self, request: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(request.path)
        query = parse_qs(parts.query, keep_blank_values=True)
        hers = parts.path == PATH and self._asked is not None and self._asked.is_answered_by(query)
        if hers:
            self._came = query
        zh, en = _DONE if hers and "code" in query else _REFUSED
        page = _PAGE.format(zh=zh, en=en).encode()
        request.send_response(200 if hers else 404)
        for name, value in _HEADERS.items():
            request.send_header(name, value)
        request.send_header("Content-Length", str(len(page)))
        request.end_headers()
        request.wfile.write(page)


def begun(place: SmartPlace, client_id: str, redirect: str) -> Asked:
    """A sign-in nobody can guess (RFC 7636 4.1: 43 to 128 characters)."""
    return Asked(place, client_id, redirect, secrets.token_urlsafe(32), secrets.token_urlsafe(48))


def signed_in(
    hospital: SmartServer,
    server: EmrServer,
    browse: Callable[[str], object],
    cancelled: Callable[[], bool],
    launch: str = "",
) -> Json:
    """What the token endpoint answers once somebody has signed in. `browse` opens an address in
    their browser. Raises NetError: `NobodyCame`, NotSignedIn where they were refused, NotUnderstood
    where it is not safe."""
    place = place_of(hospital.smart, hospital.base)
    with closing(Loopback()) as loopback:
        asked = begun(place, server.client_id, loopback.redirect)
        browse(asked.url(server.scope, server.url, launch))
        code = asked.code_of(loopback.wait(asked, cancelled))
    return hospital.token_for(asked.form(code))
