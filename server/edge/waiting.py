"""Images that wait for the centre, answered to whoever has sent them.

They are listed with what the centre answers, and opened here where the centre has none of that
name. While it cannot be reached they are listed with what it said last, where that is known, as
of that time; where it is not, alone to who says that it knows what such a list is
worth (`Prefer: handling=lenient`, RFC 7240 4.4): anybody else would take it for whole, and is told
503. Every such answer says so (Warning, RFC 7234 5.5). Whole studies are not answered from here:
nobody can know here what else belongs to them.
"""

import asyncio
import gzip
import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import replace
from urllib.parse import urlencode
from uuid import UUID

import orjson
import structlog
from pydicom.datadict import keyword_for_tag
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from protocol.edge import LENIENT, RelayTicket
from protocol.paths import DICOMWEB
from server.api.dicomweb.accepting import accepted_by, base_of
from server.api.dicomweb.answers import list_response
from server.api.dicomweb.conditions import tagged
from server.api.dicomweb.described import Describing
from server.api.dicomweb.headers import Header, read_header
from server.api.dicomweb.listing import bodies_of, page_headers
from server.api.dicomweb.picturing import Picturing, Wish
from server.api.dicomweb.retrieving import Retrieving, frame_numbers
from server.api.dicomweb.searching import Asked, Json, asked
from server.api.dicomweb.structure import NotDicom, Truncated
from server.domain.errors import NotFound, invalid_field
from server.edge.entries import Entry
from server.edge.queue import Queue
from server.edge.tickets import Tickets, token_of
from server.edge.uplink import Interrupted
from server.store.catalogue import Found, Level
from server.store.errors import StoreError
from server.store.finding import StoredInstance
from server.store.loose import Loose, search_loose

_UID = r"[0-9.]{1,64}"
_SEARCH = re.compile(
    rf"{DICOMWEB}(?:/studies/(?P<study>{_UID})(?:/series/(?P<series>{_UID}))?)?"
    r"/(?P<level>studies|series|instances)"
)
_ONE = re.compile(
    rf"{DICOMWEB}/studies/(?P<study>{_UID})/series/(?P<series>{_UID})/instances/(?P<sop>{_UID})"
    r"(?:/(?P<what>metadata|rendered|thumbnail|bulkdata|frames)(?:/(?P<more>.+))?)?"
)
_FRAMES = re.compile(r"(?P<numbers>[0-9,]+)(?:/(?P<drawn>rendered|thumbnail))?")
_LEVELS = {"studies": Level.STUDY, "series": Level.SERIES, "instances": Level.INSTANCE}
_UID_OF = {Level.STUDY: "0020000D", Level.SERIES: "0020000E", Level.INSTANCE: "00080018"}
_CONDITIONS = frozenset((b"if-none-match", b"if-range", b"range"))
_ASKED_AGAIN = _CONDITIONS | {b"accept-encoding"}
MOST_HEADERS = 20_000
ASKED_AT_ONCE = 100
"""UIDs in one question: about 6 KB of its address."""
_LOG = structlog.get_logger("huizhen.edge")
Centre = Callable[[Request], Awaitable[Response]]


def may_wait(path: str) -> bool:
    """Whether an image that waits can belong to the answer."""
    found = _SEARCH.fullmatch(path)
    if found is not None:
        return found["level"] != "studies" or found["study"] is None
    return _ONE.fullmatch(path) is not None


class Waiting:
    """Joins what waits with what the centre answers."""

    def __init__(self, queue: Queue, tickets: Tickets) -> None:
        self._queue, self._tickets = queue, tickets
        self._describing = Describing(queue.objects)
        self._headers: OrderedDict[str, Header] = OrderedDict()

    async def answer(self, request: Request, centre: Centre) -> Response:
        """Raises what `centre` raises, and `Invalid` for a question that cannot be understood."""
        ticket = await self._tickets.of(token_of(request))
        path = request.scope["path"]
        search = _SEARCH.fullmatch(path)
        if search is not None:
            return await self._listed(request, centre, ticket, search)
        one = _ONE.fullmatch(path)
        entry = None if one is None else self._entry(ticket.account_id, one)
        if one is None or entry is None:
            return await centre(request)
        try:
            answer = await centre(request)
            if answer.status_code != 404:
                return answer
            await _read(answer)
        except Interrupted:
            pass
        row = await asyncio.to_thread(self._row, entry)
        if row is None:
            raise NotFound("the image that waits here cannot be read; send it again")
        found = await self._own(request, row, one["what"] or "", one["more"] or "")
        found.headers["cache-control"] = "private, no-cache"
        found.headers.append("warning", '299 huizhen "It waits here: the centre has it not yet"')
        return found

    def _entry(self, account_id: UUID, place: re.Match[str]) -> Entry | None:
        for entry in reversed(self._queue.of_study(account_id, place["study"])):
            if (entry.series_uid, entry.sop_uid) == (place["series"], place["sop"]):
                return entry
        return None

    # --- one image -------------------------------------------------------------------------------

    async def _own(self, request: Request, row: StoredInstance, what: str, more: str) -> Response:
        retrieving, picturing = Retrieving(self._queue.objects), Picturing(self._queue.objects)
        accept = accepted_by(request)
        match what:
            case "":
                return await retrieving.instances(request, [row], accept, fixed=True)
            case "metadata":
                return await self._describing.answer(request, [row], base_of(request), fixed=True)
            case "bulkdata":
                return await retrieving.bulk(request, row, more, accept)
            case "rendered":
                return await picturing.one(request, row, [1], accept, _wish(request))
            case "thumbnail":
                numbers, drawn = None, "thumbnail"
            case _:
                found = _FRAMES.fullmatch(more)
                if found is None:
                    raise NotFound("there is no such resource")
                numbers, drawn = frame_numbers(found["numbers"]), found["drawn"]
        if drawn == "rendered" and numbers is not None:
            return await picturing.one(request, row, numbers, accept, _wish(request))
        if drawn == "thumbnail":
            first = None if numbers is None else numbers[0]
            return await picturing.thumbnail(
                request, [row], first, accept, _wish(request), fixed=True
            )
        return await retrieving.frames(request, row, numbers or [1], accept)

    def _row(self, entry: Entry) -> StoredInstance | None:
        header = self._header(entry)
        if header is None:
            return None
        return StoredInstance(
            sop_uid=header.sop_uid,
            series_uid=header.series_uid,
            study_uid=header.study_uid,
            sha256=entry.sha256,
            size=entry.size,
            **header.instance,
        )

    def _header(self, entry: Entry) -> Header | None:
        """None when it does not open: whoever sends it on says so."""
        known = self._headers.get(entry.sha256)
        if known is not None:
            return known
        try:
            reader = self._queue.open(entry)
            try:
                found = read_header(reader, entry.size)
            finally:
                reader.close()
        except (StoreError, NotDicom, Truncated):
            return None
        self._headers[entry.sha256] = found
        while len(self._headers) > MOST_HEADERS:
            self._headers.popitem(last=False)
        return found

    # --- lists -----------------------------------------------------------------------------------

    async def _listed(
        self, request: Request, centre: Centre, ticket: RelayTicket, place: re.Match[str]
    ) -> Response:
        study = place["study"]
        queue, account = self._queue, ticket.account_id
        entries = queue.of_account(account) if study is None else queue.of_study(account, study)
        if not entries:
            return await centre(request)
        wanted = asked(_LEVELS[place["level"]], request.query_params)
        ours = await self._ours(request, entries, wanted, place)
        listing: _Listing | None = None
        alone = False
        try:
            answer = await _known(request, centre)
            if answer.status_code == 200:
                listing = _listing(answer, await _read(answer))
                if ours and listing.total > len(listing.rows):
                    ours = await self._lacking(request, centre, wanted.search.level, ours)
            elif answer.status_code != 404:
                return answer
            else:
                await _read(answer)
        except Interrupted:
            if not ours or not _is_lenient(request):
                raise
            alone = True
            listing = _Listing([], 0, ('111 huizhen "The centre cannot be reached"',))
        nested = study is not None
        found = _joined(request, wanted, listing or _Listing([], 0), ours, nested=nested)
        if alone:
            found.headers["preference-applied"] = LENIENT
        return found

    async def _lacking(
        self, request: Request, centre: Centre, level: Level, ours: list[Json]
    ) -> list[Json]:
        """Those the centre does not have on any page: it may have stored some and the line have
        broken before it said so."""
        lacking: list[Json] = []
        for start in range(0, len(ours), ASKED_AT_ONCE):
            some = ours[start : start + ASKED_AT_ONCE]
            try:
                answer = await centre(_plainly(request, _naming(request, level, some)))
            except Interrupted:
                return lacking + ours[start:]  # the page is of what was known, and says so
            body = await _read(answer)
            rows = _listing(answer, body).rows if answer.status_code == 200 else []
            lacking += _without(level, some, rows)
        return lacking

    async def _ours(
        self, request: Request, entries: Sequence[Entry], wanted: Asked, place: re.Match[str]
    ) -> list[Json]:
        def look() -> tuple[Found, tuple[str | None, ...]]:
            loose = [
                Loose(header.study, header.series, _instance(entry, header))
                for entry in entries
                if (header := self._header(entry)) is not None
            ]
            whole = replace(wanted.search, limit=len(entries), offset=0)
            return search_loose(loose, whole, place["study"], place["series"])

        found, examples = await asyncio.to_thread(look)
        return await bodies_of(
            self._queue.objects,
            list(zip(found.rows, examples, strict=True)),
            wanted,
            base_of(request),
            nested=place["study"] is not None,
        )


def _is_lenient(request: Request) -> bool:
    said = ",".join(request.headers.getlist("prefer")).lower()
    return any(one.split(";")[0].strip() == LENIENT for one in said.split(","))


class _Listing:
    """What the centre lists: a page, how many in all, and what it says of it."""

    def __init__(self, rows: list[Json], total: int, warnings: Iterable[str] = ()) -> None:
        self.rows, self.total, self.warnings = rows, total, tuple(warnings)


def _instance(entry: Entry, header: Header) -> dict[str, object]:
    return {
        **header.instance,
        "sop_uid": header.sop_uid,
        "series_uid": header.series_uid,
        "study_uid": header.study_uid,
        "sha256": entry.sha256,
        "size": entry.size,
        "received_at": entry.taken_at,
    }


def _joined(
    request: Request, wanted: Asked, centre: _Listing, ours: list[Json], *, nested: bool
) -> Response:
    """The centre's first, then what it does not have, as one list with pages."""
    ours = _without(wanted.search.level, ours, centre.rows)
    start = max(0, wanted.search.offset - centre.total)
    room = wanted.search.limit - len(centre.rows)
    rows = centre.rows + ours[start : start + max(0, room)]
    total = centre.total + len(ours)
    answer = list_response(request, rows)
    page_headers(answer, wanted, total, len(rows))
    for text in centre.warnings:
        answer.headers.append("warning", text)
    if ours:
        words = f'299 huizhen "Of these {len(ours)} wait here: the centre has them not yet"'
        answer.headers.append("warning", words)
    return tagged(request, answer, total) if nested else answer


def _without(level: Level, ours: list[Json], there: list[Json]) -> list[Json]:
    known = {_uid(level, row) for row in there}
    return [row for row in ours if _uid(level, row) not in known]


def _uid(level: Level, row: Json) -> str:
    return str(row[_UID_OF[level]]["Value"][0])


def _naming(request: Request, level: Level, rows: list[Json]) -> str:
    """The query of the same question, but for these alone, on one page."""
    tag = _UID_OF[level]
    paged = {"limit", "offset", "includefield", tag, keyword_for_tag(int(tag, 16))}
    kept = [pair for pair in request.query_params.multi_items() if pair[0] not in paged]
    uids = ",".join(_uid(level, row) for row in rows)
    return urlencode([*kept, (tag, uids), ("limit", str(len(rows)))])


def _listing(answer: Response, body: bytes) -> _Listing:
    if answer.headers.get("content-encoding") == "gzip":
        body = gzip.decompress(body)
    rows = orjson.loads(body or b"[]")
    told = answer.headers.get("x-total-count", "")
    known = [text for text in answer.headers.getlist("warning") if text.startswith("111")]
    return _Listing(rows, int(told) if told.isdigit() else len(rows), known)


def _plainly(request: Request, query: str | None = None) -> Request:
    """The same question, or one with another query, for the whole list as it is now, so that it can
    be read here."""
    lines = [line for line in request.scope["headers"] if line[0] not in _ASKED_AGAIN]
    scope = {**request.scope, "headers": [*lines, (b"accept-encoding", b"identity")]}
    if query is not None:
        scope["query_string"] = query.encode("ascii")
    return Request(scope, request.receive)


async def _known(request: Request, centre: Centre) -> Response:
    """What the centre lists now; while it cannot be reached what it said last to who asks so.

    Raises Interrupted when nothing is known.
    """
    try:
        return await centre(_plainly(request))
    except Interrupted:
        if "gzip" not in request.headers.get("accept-encoding", ""):
            raise  # that was the same question
        lines = [line for line in request.scope["headers"] if line[0] not in _CONDITIONS]
        return await centre(Request({**request.scope, "headers": lines}, request.receive))


async def _read(answer: Response) -> bytes:
    """The body of an answer that was made to be sent on; closes what it comes from."""
    if not isinstance(answer, StreamingResponse):
        return bytes(answer.body)
    pieces = [piece async for piece in answer.body_iterator]
    return b"".join(p.encode() if isinstance(p, str) else bytes(p) for p in pieces)


def _wish(request: Request) -> Wish:
    query = request.query_params
    quality = query.get("quality", "90")
    if not (quality.isascii() and quality.isdigit() and 1 <= int(quality) <= 100):
        raise invalid_field("give a number from 1 to 100", "quality")
    return Wish(query.get("window"), query.get("viewport"), int(quality))
