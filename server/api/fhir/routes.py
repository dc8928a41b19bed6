"""The paths of the embedded FHIR R4 store below `/fhir` (R4 3.1.0)."""

from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends, Request, Response

from protocol.paths import FHIR
from protocol.shared_record import FHIR_JSON
from server.api.dicomweb.accepting import accepted
from server.api.fhir.bundles import etag, headers_of, history, searchset
from server.api.fhir.capability import capability_statement
from server.api.fhir.judging import MOST_BYTES
from server.api.fhir.outcomes import FhirRefused, outcome, respond
from server.api.fhir.preferences import prefers
from server.api.fhir.resources import Written, kept_kind
from server.api.fhir.versions import if_match_of
from server.api.rest.wire import HouseDep, WhoDep, media_type_of, read_body
from server.store.fhir import FhirVersion

router = APIRouter(prefix=FHIR, tags=["FHIR"])
ONE = "/{kind}/{resource_id}"
_TYPES = (FHIR_JSON, "application/json")
_FORM = "application/x-www-form-urlencoded"
_SINCE = "2026-11-29"
_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            FHIR_JSON: {
                "schema": {"type": "object"},
                "example": {"resourceType": "Patient", "name": [{"text": "林小溪"}]},
            }
        },
    }
}
_SEARCH = {
    "requestBody": {
        "content": {_FORM: {"schema": {"type": "object"}, "example": {"identifier": "QS-0042"}}}
    }
}


def _base(request: Request) -> str:
    """The address of the store as this client has called it; raises `FhirRefused` where the client
    takes no JSON."""
    told = request.query_params.get("_format", "json")
    header = request.headers.get("accept")
    if "json" not in told or not any(
        one.takes(kind) for one in accepted(header) for kind in _TYPES
    ):
        raise FhirRefused(406, f"this store answers {FHIR_JSON}")
    return str(request.base_url).rstrip("/") + FHIR


BaseDep = Annotated[str, Depends(_base)]
KindDep = Annotated[str, Depends(kept_kind)]


async def _body(request: Request) -> bytes:
    if media_type_of(request) not in _TYPES:
        raise FhirRefused(415, f"send {FHIR_JSON}")
    return await read_body(request, MOST_BYTES)


@router.get("/metadata")
async def metadata(base: BaseDep, house: HouseDep) -> Response:
    """What the store can do; for anybody."""
    return respond(
        capability_statement(base, house.version, _SINCE, exports=house.bulk_exports.open)
    )


@router.post("", openapi_extra=_BODY)
async def bundle(request: Request, base: BaseDep, who: WhoDep, house: HouseDep) -> Response:
    """A transaction or a batch."""
    return respond(await house.fhir_transactions.do(who, await _body(request), base))


@router.get("/{kind}")
async def search(
    request: Request, kind: KindDep, base: BaseDep, who: WhoDep, house: HouseDep
) -> Response:
    """A page of what is found."""
    query = request.query_params.multi_items()
    lenient = _is_lenient(request)
    page = await house.fhir_searches.search(who, kind, query, base, lenient=lenient)
    return respond(searchset(page, base, query), headers=_applied(lenient))


@router.post("/{kind}/_search", openapi_extra=_SEARCH)
async def search_by_post(
    request: Request, kind: KindDep, base: BaseDep, who: WhoDep, house: HouseDep
) -> Response:
    """The same, asked in the body: no name stands in an address."""
    if media_type_of(request) not in ("", _FORM):
        raise FhirRefused(415, f"send {_FORM}")
    raw = await read_body(request, house.settings.max_json_bytes)
    try:
        form = parse_qsl(raw.decode(), keep_blank_values=True)
    except ValueError as error:
        raise FhirRefused(400, "the body is no form") from error
    query, lenient = [*request.query_params.multi_items(), *form], _is_lenient(request)
    page = await house.fhir_searches.search(who, kind, query, base, lenient=lenient)
    return respond(searchset(page, base, None), headers=_applied(lenient))


@router.post("/{kind}", status_code=201, openapi_extra=_BODY)
async def create(
    request: Request, kind: KindDep, base: BaseDep, who: WhoDep, house: HouseDep
) -> Response:
    """Makes a resource, unless `If-None-Exist` finds it."""
    criteria = request.headers.get("if-none-exist", "")
    raw = await _body(request)
    return _written(request, await house.fhir.create(who, kind, raw, base, criteria), base)


@router.get(ONE)
async def read(
    request: Request, kind: KindDep, resource_id: str, base: BaseDep, who: WhoDep, house: HouseDep
) -> Response:
    """The newest version."""
    found = await house.fhir.read(who, kind, resource_id)
    if request.headers.get("if-none-match") == etag(found):
        return Response(status_code=304, headers=headers_of(found))
    return _version(found)


@router.get("/Patient/{resource_id}/$everything")
async def everything(
    request: Request, resource_id: str, base: BaseDep, who: WhoDep, house: HouseDep
) -> Response:
    """A page of all that is of a Patient."""
    query, lenient = request.query_params.multi_items(), _is_lenient(request)
    page = await house.fhir_searches.everything(who, resource_id, query, base, lenient=lenient)
    return respond(searchset(page, base, query), headers=_applied(lenient))


@router.put(ONE, openapi_extra=_BODY)
async def update(
    request: Request, kind: KindDep, resource_id: str, base: BaseDep, who: WhoDep, house: HouseDep
) -> Response:
    """Replaces the version of a resource that `If-Match` names."""
    version = if_match_of(request.headers.get("if-match"))
    raw = await _body(request)
    return _written(
        request, await house.fhir.update(who, kind, resource_id, raw, base, version), base
    )


@router.delete(ONE, status_code=204)
async def delete(
    request: Request, kind: KindDep, resource_id: str, base: BaseDep, who: WhoDep, house: HouseDep
) -> Response:
    """Its versions stay."""
    await house.fhir.delete(who, kind, resource_id, if_match_of(request.headers.get("if-match")))
    return Response(status_code=204)


@router.get(ONE + "/_history")
async def read_history(
    request: Request, kind: KindDep, resource_id: str, base: BaseDep, who: WhoDep, house: HouseDep
) -> Response:
    """A page of its versions, the newest first."""
    told = request.query_params.get("_offset", "0")
    offset = int(told) if told.isdecimal() and len(told) < 10 else 0
    total, found = await house.fhir.history(who, kind, resource_id, offset)
    return respond(history(found, total, offset + len(found), base))


@router.get(ONE + "/_history/{version}")
async def read_version(
    kind: KindDep, resource_id: str, version: str, base: BaseDep, who: WhoDep, house: HouseDep
) -> Response:
    """One version."""
    if not version.isdecimal() or len(version) > 9:
        raise FhirRefused(404, f"there is no such version of this {kind}")
    return _version(await house.fhir.version(who, kind, resource_id, int(version)))


def _is_lenient(request: Request) -> bool:
    """Whether what is not known of a search is to be passed over (R4 3.1.1.1.2): who says nothing
    is refused, since it would find more than was asked for."""
    return prefers(request, "handling=lenient")


def _applied(lenient: bool) -> dict[str, str]:
    return {"preference-applied": "handling=lenient"} if lenient else {}


def _version(found: FhirVersion) -> Response:
    return respond(found.body, headers=headers_of(found))


def _written(request: Request, done: Written, base: str) -> Response:
    """With what the client prefers to read of it (RFC 7240 4.2)."""
    one = done.version
    place = f"{base}/{one.kind}/{one.id}/_history/{one.version}"
    headers = headers_of(one) | ({"location": place} if done.status == 201 else {})
    if prefers(request, "return=minimal"):
        return respond(None, done.status, headers)
    if prefers(request, "return=operationoutcome"):
        told = outcome(done.status, "done")
        told["issue"][0] |= {"severity": "information", "code": "informational"}
        return respond(told, done.status, headers)
    return respond(one.body, done.status, headers)
