"""What is said of a request that fails, as OperationOutcome (R4 3.1.0.1.7)."""

from collections.abc import Iterable
from typing import Any

from starlette.responses import Response

from protocol.decimals import dumps
from protocol.errors import Problem
from protocol.shared_record import FHIR_JSON

Json = dict[str, Any]
_KEPT = {"cache-control": "no-store"}
_CODES = {
    400: "invalid",
    401: "login",
    403: "forbidden",
    404: "not-found",
    405: "not-supported",
    406: "not-supported",
    409: "conflict",
    410: "deleted",
    412: "conflict",
    413: "too-long",
    415: "not-supported",
    422: "invalid",
    429: "throttled",
    503: "transient",
    507: "no-store",
}
"""R4 IssueType by status; anything else is an exception."""


class FhirRefused(Exception):
    """A request the store does not do, and changed nothing by.

    Args:
        said: to the person who asks; never a value that was sent.
        issues: each where it is (FHIRPath) and what is wrong, instead of `said`.
    """

    def __init__(self, status: int, said: str, issues: Iterable[tuple[str, str]] = ()) -> None:
        super().__init__(said)
        self.status = status
        self.said = said
        self.issues = tuple(issues)


def outcome(status: int, said: str, issues: Iterable[tuple[str, str]] = ()) -> Json:
    code = _CODES.get(status, "exception")
    told = [
        {"severity": "error", "code": code, "diagnostics": text, "expression": [where]}
        for where, text in issues
    ]
    whole = {"severity": "error", "code": code, "diagnostics": said}
    return {"resourceType": "OperationOutcome", "issue": told or [whole]}


def warnings(said: Iterable[str]) -> Json:
    """Of a search that was done, and what there is to say of it."""
    told = [{"severity": "warning", "code": "not-supported", "diagnostics": one} for one in said]
    return {"resourceType": "OperationOutcome", "issue": told}


def respond(
    resource: Json | str | None, status: int = 200, headers: dict[str, str] | None = None
) -> Response:
    """An answer that nobody keeps."""
    body = resource if isinstance(resource, str) else dumps(resource) if resource else ""
    return Response(body, status, headers=_KEPT | (headers or {}), media_type=FHIR_JSON)


def refused(error: FhirRefused) -> Response:
    return respond(outcome(error.status, error.said, error.issues), error.status)


def refused_by(problem: Problem) -> Response:
    """The same of what the rest of the server says."""
    issues = [(".".join(one.location) or "request", one.reason) for one in problem.fields]
    headers = {}
    if problem.status == 401:
        headers["www-authenticate"] = "Bearer"
    if problem.retry_after_s is not None:
        headers["retry-after"] = str(problem.retry_after_s)
    return respond(outcome(problem.status, problem.title, issues), problem.status, headers)
