"""What the edge answers itself, and what it passes on."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from types import SimpleNamespace

import orjson
from starlette.requests import Request
from starlette.responses import Response

from protocol import paths
from protocol.edge import EdgeCache, EdgeQueue, EdgeStatus, RelayTicket
from protocol.imaging import UploadOffset
from server.api.border import Receive, Scope, Send
from server.api.dicomweb.answers import json_response, store_answer
from server.api.dicomweb.resume_routes import Upload, add_pieces
from server.api.dicomweb.resuming import Resuming
from server.api.dicomweb.routes import take_in
from server.api.problems import problem_of, problem_of_store, respond
from server.domain.errors import Refusal, invalid_field
from server.edge.cache import Cache
from server.edge.intake import EdgeIntake, outcome_of
from server.edge.passing import asked, passed_on, target_of, whole
from server.edge.queue import Queue
from server.edge.reading import Reading, is_kept
from server.edge.relaying import Relay
from server.edge.tickets import Refused, Tickets, token_of, who_of
from server.edge.uplink import Uplink
from server.edge.waiting import Waiting, may_wait
from server.store.errors import StoreError

_UUID, _UID = r"[0-9a-fA-F-]{36}", r"[0-9.]{1,64}"
_STORE = re.compile(rf"{paths.DICOMWEB}/studies(?:/({_UID}))?")
_UPLOAD = re.compile(paths.UPLOAD.format(sha256="([0-9a-f]{64})"))
_STUDIES = re.compile(paths.STUDIES.format(consultation_id=_UUID))
_STUDY = re.compile(paths.STUDY.format(consultation_id=_UUID, study_instance_uid=f"({_UID})"))
Way = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class EdgeHouse:
    """Every object of an edge."""

    name: str
    version: str
    uplink: Uplink
    tickets: Tickets
    queue: Queue
    intake: EdgeIntake
    resuming: Resuming
    relay: Relay
    cache: Cache
    reading: Reading
    waiting: Waiting


class EdgeHttp:
    """One entry for every request; a refusal of the centre goes on as it is."""

    def __init__(self, house: EdgeHouse) -> None:
        self._house = house

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        template, way = self._way(request)
        scope["route"] = SimpleNamespace(path=template)
        try:
            response = await way(request)
        except Refused as refused:
            response = whole(refused.response)
        except Refusal as refusal:
            response = respond(problem_of(refusal, request.url.path), request.url.path)
        except StoreError as error:
            response = respond(problem_of_store(error), request.url.path)
        await response(scope, receive, send)

    def _way(self, request: Request) -> tuple[str, Way]:
        """Where a request goes, and its template for the log."""
        path, method = request.scope["path"], request.method
        match method:
            case "GET" if path in (paths.HEALTH, paths.READY):
                return path, self._health
            case "GET" if path == paths.EDGE_STATUS:
                return path, self._status
            case "GET" if is_kept(path) or may_wait(path):
                return "(image)", self._image
            case "GET" | "PATCH" if _UPLOAD.fullmatch(path):
                return paths.UPLOAD, self._offset if method == "GET" else self._add
            case "POST" if _STORE.fullmatch(path):
                return f"{paths.DICOMWEB}/studies", self._store
            case "GET" if _STUDIES.fullmatch(path):
                return paths.STUDIES, self._progress
            case "PUT" if _STUDY.fullmatch(path):
                return paths.STUDY, self._progress
            case "DELETE" if _STUDY.fullmatch(path):
                return paths.STUDY, self._withdraw
            case "DELETE" if path == paths.SESSION:
                return paths.SESSION, self._sign_out
            case _:
                return "(passed on)", self._pass

    # --- of itself -----------------------------------------------------------------------------

    async def _health(self, _request: Request) -> Response:
        """200 while the edge works, whether or not the centre can be reached."""
        body = {"ok": True, "edge": True, "uplink": self._house.uplink.up}
        return Response(orjson.dumps(body), media_type="application/json")

    async def _status(self, _request: Request) -> Response:
        house = self._house
        told = house.cache.numbers
        status = EdgeStatus(
            name=house.name,
            version=house.version,
            uplink=house.uplink.up,
            since=house.uplink.since,
            queue=EdgeQueue(
                instances=len(house.queue),
                bytes=house.queue.bytes,
                waiting_for_sign_in=house.relay.waiting_for_sign_in(),
                refused=len(house.queue.refusals),
                refused_bytes=house.queue.refusals.bytes,
                unreadable=len(house.queue.unreadable),
            ),
            cache=EdgeCache(
                entries=len(house.cache),
                bytes=told.bytes,
                budget=house.cache.budget,
                hits=told.hits,
                misses=told.misses,
                evicted=told.evicted,
                damaged=told.damaged,
            ),
        )
        return Response(status.model_dump_json(), media_type="application/json")

    # --- images that come ----------------------------------------------------------------------

    async def _ticket(self, request: Request) -> RelayTicket:
        """Who sends images; what is sent on for this person has a token from now on."""
        ticket = await self._house.tickets.of(token_of(request))
        self._house.queue.know(ticket)
        self._house.intake.limit(ticket.max_instance_bytes)
        return ticket

    async def _store(self, request: Request) -> Response:
        ticket = await self._ticket(request)
        found = _STORE.fullmatch(request.scope["path"])
        study_uid = None if found is None else found[1]
        return await take_in(request, who_of(ticket), self._house.intake, study_uid)

    async def _image(self, request: Request) -> Response:
        """With what waits here; everything else from the cache or from the centre."""
        house = self._house
        kept = is_kept(request.scope["path"])
        centre = house.reading.answer if kept else self._pass
        if may_wait(request.scope["path"]) and len(house.queue):
            return await house.waiting.answer(request, centre)
        return await centre(request)

    async def _offset(self, request: Request) -> Response:
        """Of an image that is here whole all but one byte is told: with that byte the client asks
        for the answer again, and nothing is sent twice."""
        who, house = who_of(await self._ticket(request)), self._house
        sha256 = request.scope["path"].rsplit("/", 1)[1]
        waiting = house.queue.find(who.id, sha256)
        if waiting is None:
            told = await house.resuming.offset(who, sha256)
        else:
            told = UploadOffset(offset=waiting.size - 1)
        return Response(told.model_dump_json(), media_type="application/json")

    async def _add(self, request: Request) -> Response:
        who, house = who_of(await self._ticket(request)), self._house
        sha256 = request.scope["path"].rsplit("/", 1)[1]
        length, offset = _number(request, "upload-length", 1), _number(request, "upload-offset", 0)
        study = request.query_params.get("study", "")
        if not re.fullmatch(_UID, study):
            raise invalid_field("names the study the image belongs to", "study")
        waiting = house.queue.find(who.id, sha256)
        if waiting is not None:
            async for _ in request.stream():
                pass
            return json_response(store_answer([outcome_of(waiting)], str(request.base_url)))
        return await add_pieces(request, who, house.resuming, Upload(sha256, study, length), offset)

    # --- what the centre says of them ------------------------------------------------------------

    async def _progress(self, request: Request) -> Response:
        """The centre's own count. What is on its way from here is not asked for once more."""
        house = self._house
        content = request.stream() if request.method == "PUT" else None
        headers = [line for line in asked(request) if line[0] != "accept-encoding"]
        answer = await house.uplink.ask(request.method, target_of(request), headers, content)
        if answer.status_code != 200 or not len(house.queue):
            return whole(answer)
        ticket = await house.tickets.of(token_of(request))
        told = orjson.loads(answer.content)
        for study in told if isinstance(told, list) else [told]:
            waiting = house.queue.of_study(ticket.account_id, study["study_instance_uid"])
            ours = {one.sop_uid for one in waiting}
            study["missing"] = [uid for uid in study["missing"] if uid not in ours]
        return Response(orjson.dumps(told), media_type="application/json")

    async def _withdraw(self, request: Request) -> Response:
        ticket = await self._ticket(request)
        answer = await self._house.uplink.ask("DELETE", target_of(request), asked(request))
        found = _STUDY.fullmatch(request.scope["path"])
        if answer.is_success and found is not None:
            await self._house.relay.withdraw(ticket.account_id, found[1])
        return whole(answer)

    async def _sign_out(self, request: Request) -> Response:
        """What this session was allowed counts no more, whatever the centre answers."""
        ticket = self._house.tickets.forget(token_of(request))
        if ticket is not None:
            self._house.reading.forget(ticket.session_id)
        return await self._pass(request)

    async def _pass(self, request: Request) -> Response:
        return await passed_on(self._house.uplink, request)


def _number(request: Request, name: str, least: int) -> int:
    """A header that is a number; raises `Invalid`."""
    told = request.headers.get(name, "")
    if not (told.isascii() and told.isdigit()) or int(told) < least:
        raise invalid_field(f"is a number of bytes, at least {least}", name)
    return int(told)


async def probe(uplink: Uplink, every_s: float) -> None:
    """Asks the centre now and then, so that the status is true also when nobody asks anything."""
    while True:
        await asyncio.sleep(every_s)
        try:
            await uplink.ask("GET", paths.SERVER, [])
        except Refusal:
            continue
