"""A hospital's FHIR server in this process, over real HTTP, with the manners of real ones."""

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

from app.services.emr import OwnRecord
from protocol import decimals
from tests.fakes.serving import served

Json = dict[str, Any]
Answer = tuple[int, bytes | Json, dict[str, str]]
PATIENCE_S = 60
"""So long may an answer wait before a test fails."""


def outcome(said: str, code: str = "processing") -> Json:
    issue = {"severity": "error", "code": code, "details": {"text": said}}
    return {"resourceType": "OperationOutcome", "issue": [issue]}


def page(*resources: Json) -> Answer:
    """Of a search, without total or link."""
    return 200, {"resourceType": "Bundle", "entry": [{"resource": one} for one in resources]}, {}


def later(until: threading.Event, answer: Callable[[], Answer]) -> Callable[[str], Answer]:
    """An answer that waits until it is let go."""

    def wait(_asked: str) -> Answer:
        assert until.wait(PATIENCE_S)
        return answer()

    return wait


class FakeHospital:
    """Answers reads and searches of what lies in it; `moods` may answer instead, each once."""

    def __init__(self, *resources: Json) -> None:
        self.resources = list(resources)
        self.page = 0
        """So many entries on a page, with a link to the next; 0: all at once, without links."""
        self.token = ""
        self.takes_post = True
        self.inner_url = ""
        """What it calls itself in links."""
        self.moods: list[tuple[str, Callable[[str], Answer]]] = []
        self.asked: list[str] = []
        self.methods: list[str] = []
        self.sent: list[dict[str, str]] = []
        self.url = ""
        self.cut_after: int | None = None
        """After so many writes more, one is done and the line breaks before its answer."""
        self.knows_conditions = True
        self.knows_numbers = True
        """Whether it searches by identifier and tag; else it passes over them."""
        self.down = False
        """The line breaks before anything is done."""
        self.door: Callable[[str, str, str], Answer | None] = lambda *_asked: None
        """Answers what is not FHIR, by method, path and body: where people sign in."""

    def mood(self, path: str, answer: Callable[[str], Answer] | Answer) -> None:
        """The next request whose path begins so gets this answer."""
        self.moods.append((path, answer if callable(answer) else lambda _asked: answer))

    def answer(self, method: str, asked: str, headers: dict[str, str], body: str) -> Answer:
        self.asked.append(asked)
        self.methods.append(method)
        self.sent.append(headers)
        if self.down:
            return 0, b"", {}
        if (at_door := self.door(method, asked, body)) is not None:
            return at_door
        for number, (path, mood) in enumerate(self.moods):
            if asked.startswith(path):
                del self.moods[number]
                return mood(asked)
        if self.token and headers.get("authorization") != f"Bearer {self.token}":
            return 401, outcome("no token"), {}
        parts = urlsplit(asked)
        if method == "POST" and not self.takes_post:
            return 405, outcome("only GET", "not-supported"), {}
        kind, _, id_ = parts.path.removeprefix("/fhir/").partition("/")
        if method == "PUT" or (method == "POST" and id_ != "_search"):
            answer = self._changed(kind, id_, headers, decimals.loads(body))
            left, self.cut_after = self.cut_after, None
            if left:
                self.cut_after = left - 1
            return (0, b"", {}) if left == 0 else answer
        if id_ == "_search":
            return 200, self._found(kind, _query(body)), {}
        if id_:
            found = [o for o in self.resources if (o["resourceType"], o.get("id")) == (kind, id_)]
            tag = {"ETag": f'W/"{_version(found[0])}"'} if found else {}
            return (200, found[0], tag) if found else (404, outcome("not there", "not-found"), {})
        return 200, self._found(kind, _query(parts.query)), {}

    def _changed(self, kind: str, id_: str, headers: dict[str, str], told: Json) -> Answer:
        """Create and update as R4 3.1.0 has them, with their conditions."""
        condition = headers.get("if-none-exist", "")
        if not id_ and condition and self.knows_conditions:
            there = self._found(kind, _query(condition))["entry"]
            if len(there) > 1:
                return 412, outcome("several", "multiple-matches"), {}
            if there:
                return 200, there[0]["resource"], {}
        known = [
            one for one in self.resources if (one["resourceType"], one.get("id")) == (kind, id_)
        ]
        version = _version(known[0]) if known else "0"
        match = headers.get("if-match")
        if id_ and not known:
            return 404, outcome("not there", "not-found"), {}
        if id_ and match is None:
            return 400, outcome("which version does it replace?", "required"), {}
        if id_ and match != f'W/"{version}"':
            return 412, outcome("another version", "conflict"), {}
        made = {**told, "id": id_ or f"{kind.lower()}{len(self.resources)}"}
        made["meta"] = {**told.get("meta", {}), "versionId": str(int(version) + 1)}
        self.resources = [one for one in self.resources if one not in known] + [made]
        return (200 if id_ else 201), made, {}

    def of(self, kind: str) -> list[Json]:
        """What is there of one type."""
        return [one for one in self.resources if one["resourceType"] == kind]

    def _found(self, kind: str, query: dict[str, str]) -> Json:
        found = [one for one in self.resources if self._matches(one, kind, query)]
        bundle: Json = {"resourceType": "Bundle", "type": "searchset"}
        start = int(query.get("page", 0))
        if self.page:
            bundle["total"] = len(found)
            if start + self.page < len(found):
                more = "&".join(f"{key}={value}" for key, value in query.items() if key != "page")
                base = self.inner_url or self.url
                url = f"{base}/{kind}?{more}&page={start + self.page}"
                bundle["link"] = [{"relation": "next", "url": url}]
            found = found[start : start + self.page]
        bundle["entry"] = [{"resource": one, "search": {"mode": "match"}} for one in found]
        return bundle

    def _matches(self, resource: Json, kind: str, query: dict[str, str]) -> bool:
        if resource["resourceType"] != kind:
            return False
        if not self.knows_numbers and kind != "Patient":
            return True
        if own := query.get("identifier" if kind != "Patient" else "_tag") or query.get("_tag"):
            return own.partition("|")[2] in decimals.dumps(resource)
        if kind == "Patient":
            told = decimals.dumps(resource)
            if "identifier" in query:
                return f'"value": "{query["identifier"]}"' in told
            return all(sign in told for sign in query.get("name", ""))
        if "based-on" in query:
            return query["based-on"] in decimals.dumps(resource.get("basedOn", []))
        asked = query.get("patient") or query.get("subject", "")
        wanted = asked.removeprefix("Patient/")
        owner = resource.get("subject") or resource.get("patient") or {}
        return not owner or str(owner.get("reference", "")).endswith(f"Patient/{wanted}")


def _query(text: str) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(text).items()}


@contextmanager
def hospital(*resources: Json) -> Iterator[FakeHospital]:
    """Runs one on a free port of loopback."""
    fake = FakeHospital(*resources)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = 1 << 16  # head and body in one packet

        def do_GET(self) -> None:
            self._answer("GET", "")

        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers.get("content-length") or 0))
            self._answer("POST", sent.decode())

        def do_PUT(self) -> None:
            sent = self.rfile.read(int(self.headers.get("content-length") or 0))
            self._answer("PUT", sent.decode())

        def _answer(self, method: str, sent: str) -> None:
            headers = {key.lower(): value for key, value in self.headers.items()}
            status, body, more = fake.answer(method, self.path, headers, sent)
            if not status:
                self.close_connection = True
                return
            data = body if isinstance(body, bytes) else decimals.dumps(body).encode()
            self.send_response(status)
            given = {"content-type": "application/fhir+json", "content-length": str(len(data))}
            for key, value in (given | more).items():
                self.send_header(key, value)
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_args: object) -> None:
            pass

    with served(Handler) as address:
        fake.url = f"{address}/fhir"
        yield fake


async def _token() -> str:
    return "a token"


OWN = OwnRecord("https://127.0.0.1:9/fhir", ssl.create_default_context(), _token)
"""Our own server's record where nobody asks it."""


def _version(resource: Json) -> str:
    return str(resource.get("meta", {}).get("versionId", "1"))
