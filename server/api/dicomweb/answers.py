"""DICOM JSON (PS3.18 annex F) answers."""

import gzip
import re
from collections.abc import Iterable, Mapping
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from server.api.dicomweb.taking import Outcome

DICOM_JSON = "application/dicom+json"


_NAME = re.compile(r"[0-9A-Za-z_.]{1,64}")
WORTH_GZIP = 4096
"""Bytes; a study of 300 instances is listed in 200 KB, which are 15 KB with gzip."""


def named_parameters(names: Iterable[str]) -> str:
    """Names of query parameters as a header can repeat them; what could be no name is a ?."""
    return ", ".join(dict.fromkeys(one if _NAME.fullmatch(one) else "?" for one in names))


def json_response(
    body: object, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    return Response(orjson.dumps(body), status, headers, media_type=DICOM_JSON)


def stored_response(outcomes: list[Outcome], base_url: str, status: int) -> Response:
    """What became of each part; a warning (RFC 9111 5.5) where the server keeps the encoding that
    came first."""
    already = sum(one.already and one.failure is None for one in outcomes)
    text = f'299 - "{already} of these are held already in another encoding, which stays"'
    return json_response(
        store_answer(outcomes, base_url), status, {"warning": text} if already else None
    )


def list_response(request: Request, items: list[dict[str, Any]]) -> Response:
    """What was searched for, with gzip for who takes it (RFC 9110 12.5.3)."""
    body = orjson.dumps(items)
    headers = {"vary": "accept-encoding"}
    if len(body) >= WORTH_GZIP and "gzip" in request.headers.get("accept-encoding", ""):
        body = gzip.compress(body, compresslevel=4, mtime=0)
        headers["content-encoding"] = "gzip"
    return Response(body, media_type=DICOM_JSON, headers=headers)


def element(vr: str, *values: object) -> dict[str, Any]:
    """One attribute; an empty one has no Value (F.2.5)."""
    present = [value for value in values if value is not None and value != ""]
    return {"vr": vr, "Value": present} if present else {"vr": vr}


def store_answer(outcomes: list[Outcome], base_url: str) -> dict[str, Any]:
    """The Store Instances Response (PS3.18 table 10.5.3-1)."""
    studies = f"{base_url.rstrip('/')}/dicomweb/studies"
    stored, failed, others = [], [], []
    for one in outcomes:
        header = one.header
        if header is None:
            others.append({"00081197": element("US", int(one.failure or 0))})
            continue
        item = {
            "00081150": element("UI", header.instance["sop_class"]),
            "00081155": element("UI", header.sop_uid),
        }
        if one.failure is not None:
            failed.append(item | {"00081197": element("US", int(one.failure))})
            continue
        url = f"{studies}/{header.study_uid}/series/{header.series_uid}/instances/{header.sop_uid}"
        stored.append(item | {"00081190": element("UR", url)})
    answer: dict[str, Any] = {}
    uids = {one.header.study_uid for one in outcomes if one.header is not None}
    if len(uids) == 1:
        answer["00081190"] = element("UR", f"{studies}/{uids.pop()}")
    for tag, items in (("00081199", stored), ("00081198", failed), ("0008119A", others)):
        if items:
            answer[tag] = {"vr": "SQ", "Value": items}
    return answer
