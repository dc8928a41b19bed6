"""The pages for browsers as they are served: their parts in memory, and the headers of every one.

A page may do nothing but load its own parts and speak with this server; the guest's may use camera
and microphone besides. Nothing of it is personal: the code stands in the fragment of the address,
which no browser sends.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from fastapi import APIRouter, Request, Response

from protocol import paths
from resources import resource
from server.domain.errors import NotFound

PAGE, COPY_PAGE = "index.html", "copy.html"
TOKENS = "tokens.css"

_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "connect-src": "'self'",
    "img-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
    "require-trusted-types-for": "'script'",
}
HEADERS = {
    "content-security-policy": "; ".join(f"{name} {value}" for name, value in _POLICY.items()),
    "strict-transport-security": "max-age=31536000",
    "referrer-policy": "no-referrer",
    "permissions-policy": (
        "camera=(self), microphone=(self), screen-wake-lock=(self), geolocation=(), "
        "display-capture=(), payment=(), usb=()"
    ),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-cache",
}
"""Of the guest's page and of each part. `nosniff` is on every answer of the server."""
COPY_HEADERS = HEADERS | {
    "permissions-policy": (
        "camera=(), microphone=(), screen-wake-lock=(), geolocation=(), display-capture=(), "
        "payment=(), usb=()"
    )
}
"""Of the page of a patient's copy, which is read and nothing else."""

_KINDS = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
_FONT = "system-ui, sans-serif"

router = APIRouter()


@dataclass(frozen=True, slots=True)
class _Part:
    body: bytes
    kind: str
    etag: str


@lru_cache(maxsize=1)
def parts() -> Mapping[str, _Part]:
    """Every file of the page by its name, read once."""
    found = {TOKENS: tokens().encode()}
    for file in files("server.web").iterdir():
        if file.name.rpartition(".")[2] in _KINDS:
            found[file.name] = file.read_bytes()
    return {
        name: _Part(
            body, _KINDS[name.rpartition(".")[2]], f'"{hashlib.sha256(body).hexdigest()[:20]}"'
        )
        for name, body in found.items()
    }


def tokens() -> str:
    """The product's colours and measures as custom properties, both themes by the system's wish.

    Type sizes become multiples of the reader's own, so that the browser's enlargement works.
    """
    measures = _read("metrics.json")
    text = measures["type_text"]
    sizes = "".join(
        f"  --{name.replace('_', '-')}: {round(value / text, 3)}rem;\n"
        for name, value in measures.items()
        if name.startswith("type_")
    )
    families = ", ".join(f'"{name}"' for name in measures["families"])
    head = (
        f"  --grid: {measures['grid']}px;\n  --radius: {measures['radius']}px;\n"
        f"{sizes}  --families: {families}, {_FONT};\n"
    )
    light, dark = (_colours(name) for name in ("light", "dark"))
    return (
        f":root {{\n  color-scheme: light dark;\n{head}{light}}}\n"
        f"@media (prefers-color-scheme: dark) {{\n:root {{\n{dark}}}\n}}\n"
    )


def _colours(theme: str) -> str:
    return "".join(
        f"  --{name.replace('_', '-')}: {value};\n"
        for name, value in _read(f"{theme}.json").items()
    )


def _read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(resource("themes", name).read_text(encoding="utf-8"))
    return found


def _served(name: str, request: Request, of: Mapping[str, str] = HEADERS) -> Response:
    part = parts().get(name)
    if part is None:
        raise NotFound("the page has no such part")
    headers = {**of, "etag": part.etag}
    if request.headers.get("if-none-match") == part.etag:
        return Response(status_code=304, headers=headers)
    return Response(part.body, headers=headers, media_type=part.kind)


@router.api_route(paths.JOIN, methods=["GET", "HEAD"])
async def page(request: Request) -> Response:
    """The guest's page; the code in the fragment never comes here."""
    return _served(PAGE, request)


@router.api_route(paths.COPY_PAGE, methods=["GET", "HEAD"])
async def copy_page(request: Request) -> Response:
    """The page of a patient's copy; the code in the fragment never comes here."""
    return _served(COPY_PAGE, request, COPY_HEADERS)


@router.api_route(paths.WEB, methods=["GET", "HEAD"])
async def part(name: str, request: Request) -> Response:
    """One part of the page."""
    return _served(name, request)
