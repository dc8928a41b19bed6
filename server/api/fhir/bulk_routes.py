"""`$export` (FHIR Bulk Data Access 2.0): kick-off, status, files, and the end of it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from starlette.responses import StreamingResponse

from protocol.fhir_case import instant
from protocol.paths import FHIR
from server.api.dicomweb.streaming import outgoing
from server.api.fhir.outcomes import FhirRefused, outcome, respond
from server.api.fhir.preferences import prefers
from server.api.fhir.routes import BaseDep
from server.api.rest.wire import HouseDep, WhoDep
from server.api.services.bulk_export import AGAIN_S, BulkOrder
from server.api.services.exported_cases import manifest
from server.domain.fhir_search import NotAsked, updated
from server.domain.ports import Fresh, ObjectReader

router = APIRouter(prefix=FHIR, tags=["FHIR"])
EXPORT = "/$export"
ONE = EXPORT + "/{export_id}"
NDJSON = "application/fhir+ndjson"
_FORMATS = (NDJSON, "application/ndjson", "ndjson")
_SUFFIX = ".ndjson"


def _export_id(export_id: str) -> UUID:
    try:
        return UUID(export_id)
    except ValueError as error:
        raise FhirRefused(404, "there is no such export") from error


IdDep = Annotated[UUID, Depends(_export_id)]


@router.get(EXPORT, status_code=202)
async def begin(request: Request, base: BaseDep, who: WhoDep, house: HouseDep) -> Response:
    """Begins to write all cases that were sent, for an administrator where the site lets them."""
    house.bulk_exports.may(who)
    if not prefers(request, "respond-async"):
        raise FhirRefused(400, "ask with Prefer: respond-async")
    order = _order(request, lenient=prefers(request, "handling=lenient"))
    made = await house.bulk_exports.begin(who, order)
    place = f"{base}{EXPORT}/{made.id}"
    return respond(None, 202, {"content-location": place})


@router.get(ONE)
async def status(export_id: IdDep, base: BaseDep, who: WhoDep, house: HouseDep) -> Response:
    """How far it is; the manifest once all is written."""
    found = await house.bulk_exports.status(who, export_id)
    if found.failed:
        return respond(outcome(500, "the export failed; begin it again"), 500)
    if not found.ready:
        headers = {"x-progress": f"{found.cases} cases", "retry-after": str(AGAIN_S)}
        return respond(None, 202, headers)
    place = f"{base}{EXPORT}/{found.id}/"
    told = manifest(instant(found.began), found.order.url, found.counts, place, token=True)
    expires = {"expires": f"{found.until:%a, %d %b %Y %H:%M:%S GMT}"}
    return respond(told, headers=expires | {"content-type": "application/json"})


@router.delete(ONE, status_code=202)
async def delete(export_id: IdDep, who: WhoDep, house: HouseDep) -> Response:
    """Ends it, or forgets what was written."""
    await house.bulk_exports.delete(who, export_id)
    return Response(status_code=202)


@router.get(ONE + "/{name}")
async def file(export_id: IdDep, name: str, who: WhoDep, house: HouseDep) -> Response:
    """The resources of one type, one a line."""
    found = await house.bulk_exports.file(who, export_id, name.removesuffix(_SUFFIX))
    made = await outgoing(_Alone(found), found.sha256, 0, found.size)
    headers = {"content-length": str(found.size), "cache-control": "no-store"}
    return StreamingResponse(made.pieces(), headers=headers, media_type=NDJSON)


class _Alone:
    """An `ObjectSource` of one object that is not kept."""

    def __init__(self, fresh: Fresh) -> None:
        self._fresh = fresh

    def open(self, _sha256: str) -> ObjectReader:
        return self._fresh.open()


def _order(request: Request, *, lenient: bool) -> BulkOrder:
    """Raises `FhirRefused` for what is not known here, unless that is to be passed over."""
    kinds: set[str] = set()
    since, deidentified = None, True
    for key, value in request.query_params.multi_items():
        if key == "_type":
            kinds |= {one.strip() for one in value.split(",") if one.strip()}
        elif key == "_since":
            try:
                since, _ = updated(f"ge{value}")
            except NotAsked as error:
                raise FhirRefused(400, str(error)) from error
        elif key == "_outputFormat":
            if value not in _FORMATS:
                raise FhirRefused(400, f"files are {NDJSON}")
        elif key == "_deidentify" and value in ("true", "false"):
            deidentified = value == "true"
        elif key != "_format" and not lenient:
            raise FhirRefused(400, f"$export takes no {key[:40]} here")
    return BulkOrder(str(request.url), frozenset(kinds) or None, since, deidentified)
