"""The hospital's FHIR R4 server, through fhirclient: for a thread, with timeouts and limits.

fhirclient has neither: its session is given both here, and its errors become `NetError`. It is not
this product's server: its certificate is judged by what the operating system trusts, and what it
says of itself (content type, totals, links) is not believed.
"""

import re
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit, urlunsplit

import requests
from fhirclient.server import FHIRServer
from requests.adapters import HTTPAdapter

from app.net.emr.client_key import NoKey, client_key
from app.net.emr.elements import ID, Json, concept, number_of, objects, text_of
from app.net.emr.place import SCOPES, EmrAccess, EmrServer
from app.net.emr.tokens import HeldToken, endpoint
from app.net.errors import (
    AnswerTooLarge,
    FhirRefused,
    NotSignedIn,
    NotUnderstood,
    TimedOut,
    Unreachable,
    Untrusted,
)
from protocol import decimals

CONNECT_S, READ_S = 10.0, 60.0
WHOLE_S = 180.0
"""So long may one answer take from its first byte to its last."""
MOST_BYTES = 32 << 20
"""Of one answer; a server that sends more sends nonsense."""
MOST_WAIT_S = 30.0
"""A server that wants to be left alone for longer is not waited for."""
TRIES = 3
_JSON = "application/fhir+json"
_VERSION = re.compile(r'(?:W/)?"([^"]+)"')
_PLACE = re.compile(r"([A-Za-z]+/[A-Za-z0-9.-]{1,64})(?:/_history/([A-Za-z0-9.-]{1,64}))?/?$")


@dataclass(frozen=True, slots=True)
class Kept:
    """A resource as the server has it now: `at` is `Type/id`; `version` is empty where the server
    keeps none, `resource` where it did not send it along; `fresh`: this request made it."""

    at: str
    version: str
    resource: Json
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    body: bytes
    headers: Mapping[str, str]


class Hospital:
    """Every method blocks and raises `NetError`; `create` and `update` alone change something
    there, and are asked once: whoever asks again must know whether the first got through.

    Args:
        secret: the token, or the client's secret, as `server.access` says.
        context: of connections to our own server, which has a CA of its own.
        held: its access token, where other connections use the same.
        wait: lets time go by between tries.
    """

    def __init__(
        self,
        server: EmrServer,
        secret: str = "",  # nosec B107  # none is given
        wait: Callable[[float], None] = time.sleep,
        context: ssl.SSLContext | None = None,
        held: HeldToken | None = None,
    ) -> None:
        fhir = FHIRServer(None, base_uri=server.url)
        self._base = str(fhir.base_uri)
        self._session = fhir.session
        self._server = server
        self._secret = secret
        self._wait = wait
        given = server.access in (EmrAccess.TOKEN, EmrAccess.HOUSE)
        self._token = secret if given else ""
        self._held = held or HeldToken()
        self._knows_post = True
        trusted = _Trust(context)
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, trusted)
        self._session.trust_env = False

    def __repr__(self) -> str:
        return "Hospital(…)"

    @property
    def makes_patients(self) -> bool:
        """Whether who is not there yet may be entered by us: no hospital's register is touched."""
        return self._server.is_ours

    @property
    def base(self) -> str:
        """Its address, as references may begin with."""
        return self._base

    def close(self) -> None:
        self._session.close()

    def read(self, path: str) -> Json:
        """One resource below the base address."""
        return self._resource(urljoin(self._base, path))

    def search(self, kind: str, query: dict[str, str | int]) -> Json:
        """The first page of a search: a Bundle."""
        return self._bundle(f"{urljoin(self._base, kind)}?{urlencode(query)}")

    def search_by_post(self, kind: str, query: dict[str, str | int]) -> Json:
        """The same (R4 3.1.1.1, `_search`), the query in the body: a name or number stands in no
        address, and so in no server's log. By GET where the server knows no such thing."""
        if self._knows_post:
            url = f"{urljoin(self._base, kind)}/_search"
            try:
                return self._bundle(url, {key: str(value) for key, value in query.items()})
            except FhirRefused as refused:
                if refused.status not in (400, 404, 405, 406, 415, 501):
                    raise
                self._knows_post = False
        return self.search(kind, query)

    def create(self, resource: Json, criteria: str) -> Kept:
        """Makes it unless one that `criteria` find is there (R4 3.1.0.8.1, `If-None-Exist`); 412
        where they find several."""
        kind = str(resource["resourceType"])
        return self._changed("POST", kind, resource, {"If-None-Exist": criteria})

    def update(self, at: str, resource: Json, version: str) -> Kept:
        """Replaces it if it still is of this version (R4 3.1.0.5.1, `If-Match`); else 412. Where
        none is known, of the one that is there now; without one only where the server keeps none.
        """
        version = version or kept_of(self.read(at)).version
        told = {**resource, "id": at.rpartition("/")[2]}
        return self._changed("PUT", at, told, {"If-Match": f'W/"{version}"'} if version else {})

    def _changed(self, method: str, path: str, resource: Json, headers: dict[str, str]) -> Kept:
        body = decimals.dumps(resource).encode()
        headers = {"Content-Type": _JSON, "Prefer": "return=representation", **headers}
        url = urljoin(self._base, path)
        answer = self._admitted(method, url, body, headers)
        told = _parsed(answer, may_be_empty=True)
        kept = kept_of(told if told.get("resourceType") == resource["resourceType"] else {})
        place = _PLACE.search(answer.headers.get("location", ""))
        tag = _VERSION.fullmatch(answer.headers.get("etag", "").strip())
        at = kept.at or (path if "/" in path else place.group(1) if place else "")
        if not at:
            raise NotUnderstood("the answer does not say what was made")
        version = kept.version or (tag.group(1) if tag else (place and place.group(2)) or "")
        return Kept(at, version, kept.resource, answer.status == 201)

    def follow(self, link: str) -> Json:
        """Another page. Servers behind a proxy name themselves as they are called inside: the link
        is asked for where the base address is, and nowhere else goes our token."""
        base, told = urlsplit(self._base), urlsplit(urljoin(self._base, link))
        if (told.scheme, told.netloc) != (base.scheme, base.netloc):
            told = told._replace(scheme=base.scheme, netloc=base.netloc)
        below = base.path.rstrip("/")
        if told.path != below and not told.path.startswith(f"{below}/"):
            raise NotUnderstood("the next page lies outside of the server's address")
        return self._bundle(urlunsplit(told))

    def _bundle(self, url: str, form: dict[str, str] | None = None) -> Json:
        found = self._resource(url, form)
        if found.get("resourceType") == "OperationOutcome":
            raise FhirRefused(200, outcome_words(found))
        if found.get("resourceType") != "Bundle":
            raise NotUnderstood("the answer to a search is no Bundle")
        return found

    def _resource(self, url: str, form: dict[str, str] | None = None) -> Json:
        method = "GET" if form is None else "POST"
        cut = False
        for tries_left in reversed(range(TRIES)):
            try:
                return _parsed(self._admitted(method, url, form))
            except FhirRefused as refused:
                pause = refused.retry_after_s if refused.retry_after_s is not None else 1.0
                busy = refused.status in (429, 502, 503, 504)
                if not busy or not tries_left or pause > MOST_WAIT_S:
                    raise
                self._wait(max(0.0, pause))
            except TimedOut:
                raise
            except Unreachable:
                # A connection that was kept may have been let go at the other end just now.
                if cut or not tries_left:
                    raise
                cut = True
        raise AssertionError("unreachable")

    def _admitted(
        self, method: str, url: str, data: Any, headers: Mapping[str, str] | None = None
    ) -> _Answer:
        """Once more with a new token where the old one may have been taken back before its time."""
        token = self._bearer()
        answer = self._sent(method, url, headers=_headers(token) | dict(headers or {}), data=data)
        if answer.status == 401 and self._server.access in SCOPES:
            token = self._bearer(refused=token)
            answer = self._sent(
                method, url, headers=_headers(token) | dict(headers or {}), data=data
            )
        return answer

    def _sent(self, method: str, url: str, **more: Any) -> _Answer:
        try:
            with self._session.request(
                method,
                url,
                timeout=(CONNECT_S, READ_S),
                stream=True,
                allow_redirects=False,
                **more,
            ) as response:
                body = bytearray()
                until = time.monotonic() + WHOLE_S
                for chunk in response.iter_content(1 << 16):
                    body += chunk
                    if len(body) > MOST_BYTES:
                        raise AnswerTooLarge("an answer without end")
                    if time.monotonic() > until:
                        raise TimedOut("an answer in drops")
                return _Answer(response.status_code, bytes(body), response.headers)
        except requests.Timeout as error:
            raise TimedOut("no answer in time") from error
        except requests.exceptions.SSLError as error:
            raise Untrusted("the server's certificate is not trusted by this computer") from error
        except (requests.RequestException, OSError, ValueError) as error:
            raise Unreachable(type(error).__name__) from error

    # --- OAuth2: client credentials (RFC 6749 4.4, SMART backend services), and people ------

    def _bearer(self, refused: str = "") -> str:
        """Of several that ask at once, one fetches a new token."""
        if self._server.access not in SCOPES:
            return self._token
        return self._held.bearer(self._renewed, refused)

    def _renewed(self, refresh: str) -> Json:
        form = {"grant_type": "client_credentials", "scope": self._server.scope}
        if self._server.access is EmrAccess.CLIENT:
            return self.token_for(form, (self._server.client_id, self._secret))
        if self._server.access is EmrAccess.KEY:
            return self._by_key(form)
        if not refresh:
            raise NotSignedIn("nobody has signed in")
        return self.token_for({"grant_type": "refresh_token", "refresh_token": refresh})

    def _by_key(self, form: dict[str, str]) -> Json:
        """SMART App Launch 2, backend services: an assertion that is good once (RFC 7523)."""
        try:
            key = client_key(self._secret)
        except NoKey as error:
            raise NotSignedIn("no key was chosen") from error
        url = self._token_endpoint
        return self._asked_for_token(url, form | key.form(self._server.client_id, url))

    @property
    def _token_endpoint(self) -> str:
        return self._server.token_url or endpoint(self.smart, "token_endpoint", self._base)

    def token_for(self, form: dict[str, str], client: tuple[str, str] | None = None) -> Json:
        """The answer of the token endpoint (RFC 6749 3.2); a client without a secret names itself
        in the form. Raises NotSignedIn where it is refused."""
        own = {} if client is not None else {"client_id": self._server.client_id}
        return self._asked_for_token(self._token_endpoint, form | own, client)

    def _asked_for_token(
        self, url: str, form: dict[str, str], client: tuple[str, str] | None = None
    ) -> Json:
        answer = self._sent(
            "POST", url, data=form, auth=client, headers={"Accept": "application/json"}
        )
        if answer.status in (400, 401, 403):
            raise NotSignedIn("this client is not known, or its token is over")
        return _parsed(answer)

    def revoke(self, tokens: Mapping[str, str]) -> bool:
        """Takes tokens back at the server that gave them (RFC 7009), each by its kind; False where
        it offers no such thing. Raises NetError where one may still be good."""
        if not text_of(self.smart.get("revocation_endpoint")):
            return False
        url = endpoint(self.smart, "revocation_endpoint", self._base)
        told = [
            {"token": token, "token_type_hint": kind, "client_id": self._server.client_id}
            for kind, token in tokens.items()
        ]
        answers = [self._sent("POST", url, data=form) for form in told]
        if (worst := max(one.status for one in answers)) != 200:
            raise FhirRefused(worst, "")
        return True

    @cached_property
    def smart(self) -> Json:
        """`.well-known/smart-configuration` (SMART App Launch 2), asked for once."""
        return _parsed(self._sent("GET", urljoin(self._base, ".well-known/smart-configuration")))


def _headers(token: str) -> dict[str, str]:
    told = {"Accept": _JSON, "Cache-Control": "no-cache"}
    return {**told, "Authorization": f"Bearer {token}"} if token else told


class _Trust(HTTPAdapter):
    """Without a context it trusts what the operating system trusts: hospitals install their own CA
    there."""

    def __init__(self, context: ssl.SSLContext | None) -> None:
        self._context = context or ssl.create_default_context()
        super().__init__()

    def init_poolmanager(self, *args: Any, **more: Any) -> None:
        super().init_poolmanager(*args, ssl_context=self._context, **more)

    def send(self, request: Any, *args: Any, **more: Any) -> Any:
        more["verify"] = True
        return super().send(request, *args, **more)

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """The context of the pool holds; requests would load a list of its own."""
        if url.lower().startswith("https"):
            conn.cert_reqs = "CERT_REQUIRED"


def id_of(resource: Json) -> str:
    """Resource.id; empty where it is none."""
    id_ = text_of(resource.get("id"))
    return id_ if ID.fullmatch(id_) else ""


def kept_of(resource: Json) -> Kept:
    """A resource that the server sent; `at` is empty where it has no id."""
    id_, kind = id_of(resource), text_of(resource.get("resourceType"))
    meta = resource.get("meta")
    version = text_of(meta.get("versionId")) if isinstance(meta, dict) else ""
    return Kept(f"{kind}/{id_}" if id_ else "", version, resource)


def _parsed(answer: _Answer, *, may_be_empty: bool = False) -> Json:
    """The JSON of an answer, whatever its content type says; raises by its status."""
    status, body = answer.status, answer.body
    try:
        found = decimals.loads_in_steps(body) if body else None
    except (ValueError, RecursionError):
        found = None
    told = found if isinstance(found, dict) else {}
    if status in (401, 403):
        raise NotSignedIn(status=status, said=outcome_words(told))
    if 300 <= status < 400:
        raise NotUnderstood("the server sends to another address")
    if status >= 400:
        retry_after = number_of(answer.headers.get("retry-after", ""))
        raise FhirRefused(status, outcome_words(told), retry_after)
    if not told and not may_be_empty:
        raise NotUnderstood("the answer is no JSON object")
    return told if kept_of(told).version else _versioned(told, answer.headers)


def _versioned(told: Json, headers: Mapping[str, str]) -> Json:
    """With the version that only the header says (R4 3.1.0.5.1)."""
    tag = _VERSION.fullmatch(headers.get("etag", "").strip())
    if tag is None or not id_of(told) or not isinstance(meta := told.get("meta", {}), dict):
        return told
    return {**told, "meta": {**meta, "versionId": tag[1]}}


def outcome_words(told: Json) -> str:
    """What an OperationOutcome says to a person: its errors, each once."""
    if told.get("resourceType") != "OperationOutcome":
        return ""
    said = []
    for issue in objects(told.get("issue")):
        if text_of(issue.get("severity")) in ("information", "warning"):
            continue
        said.append(
            concept(issue.get("details"))
            or text_of(issue.get("diagnostics"))
            or text_of(issue.get("code"))
        )
    return "; ".join(dict.fromkeys(one for one in said if one))[:300]
