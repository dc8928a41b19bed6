"""Refusals as `application/problem+json` (RFC 9457)."""

from starlette.responses import Response

from protocol.errors import ErrorCode, Problem
from protocol.paths import DICOMWEB, FHIR
from server.api.fhir.outcomes import refused_by
from server.domain.errors import Refusal
from server.store.errors import DatabaseAway, NoRoom, ObjectsUnreachable, RowDamaged, StoreError
from server.store.work import REQUEST_ID

MEDIA_TYPE = "application/problem+json"

STATUS: dict[ErrorCode, int] = {
    ErrorCode.INVALID_CREDENTIALS: 401,
    ErrorCode.ACCOUNT_DISABLED: 403,
    ErrorCode.PASSWORD_CHANGE_REQUIRED: 403,
    ErrorCode.SECOND_FACTOR_REQUIRED: 401,
    ErrorCode.SECOND_FACTOR_WRONG: 401,
    ErrorCode.SECOND_FACTOR_DUE: 403,
    ErrorCode.SIGNED_IN_ELSEWHERE: 409,
    ErrorCode.TOKEN_MISSING: 401,
    ErrorCode.TOKEN_EXPIRED: 401,
    ErrorCode.TOKEN_INVALID: 401,
    ErrorCode.SESSION_ENDED: 401,
    ErrorCode.REFRESH_REUSED: 401,
    ErrorCode.DEVICE_NEEDED: 403,
    ErrorCode.DEVICE_OF_OTHERS: 403,
    ErrorCode.FORBIDDEN: 403,
    ErrorCode.NOT_FOUND: 404,
    ErrorCode.CONFLICT: 409,
    ErrorCode.VALIDATION_FAILED: 422,
    ErrorCode.STALE_VERSION: 409,
    ErrorCode.STALE_FENCE: 409,
    ErrorCode.CLAIM_LOST: 409,
    ErrorCode.RINGS_ANOTHER: 409,
    ErrorCode.DISPATCHERS_ASSIGN: 409,
    ErrorCode.NOT_YOUR_TURN: 409,
    ErrorCode.ROTA_OVERLAP: 409,
    ErrorCode.TRANSITION_REFUSED: 409,
    ErrorCode.IMAGES_ARRIVING: 409,
    ErrorCode.IMAGES_DOUBTED: 409,
    ErrorCode.OPINIONS_MISSING: 409,
    ErrorCode.REVIEW_NEEDED: 409,
    ErrorCode.OPINIONS_CHANGED: 409,
    ErrorCode.INCOMPLETE_CASE: 422,
    ErrorCode.STUDY_UNVERIFIED: 409,
    ErrorCode.INSTANCE_CONFLICT: 409,
    ErrorCode.NOT_DICOM: 422,
    ErrorCode.HASH_MISMATCH: 422,
    ErrorCode.NOT_ACCEPTABLE: 406,
    ErrorCode.UNSUPPORTED_MEDIA_TYPE: 415,
    ErrorCode.SIGNATURE_INVALID: 422,
    ErrorCode.REAUTHENTICATION_FAILED: 403,
    ErrorCode.INVITATION_INVALID: 403,
    ErrorCode.CONSENT_REQUIRED: 403,
    ErrorCode.BIRTH_DATE_WRONG: 403,
    ErrorCode.CALL_NOT_RUNNING: 409,
    ErrorCode.NOT_A_MEMBER: 403,
    ErrorCode.SCREEN_SHARING_OFF: 403,
    ErrorCode.MALFORMED_MESSAGE: 400,
    ErrorCode.TOO_LARGE: 413,
    ErrorCode.TOO_MANY_REQUESTS: 429,
    ErrorCode.DAMAGED: 409,
    ErrorCode.NO_ROOM: 507,
    ErrorCode.UNAVAILABLE: 503,
    ErrorCode.SERVER_ERROR: 500,
}


def status_for(status: int, path: str) -> int:
    """What cannot be understood is 422, below DICOMweb 400 (PS3.18 8.5.1)."""
    return 400 if status == 422 and path.startswith(DICOMWEB) else status


def problem_of(refusal: Refusal, path: str = "") -> Problem:
    """What the client reads of a refusal of a request for `path`."""
    details = refusal.details
    return Problem(
        code=refusal.code,
        title=refusal.title,
        status=status_for(STATUS[refusal.code], path),
        request_id=REQUEST_ID.get(),
        fields=details.fields,
        missing=details.missing,
        holder=details.holder,
        since=details.since,
        retry_after_s=details.retry_after_s,
        consultation_id=details.consultation_id,
    )


def respond(problem: Problem, path: str) -> Response:
    """The answer that carries a problem; below FHIR as OperationOutcome."""
    if path == FHIR or path.startswith(f"{FHIR}/"):
        return refused_by(problem)
    headers = {"cache-control": "no-store"}
    if problem.status == 401:
        headers["www-authenticate"] = "Bearer"
    if problem.retry_after_s is not None:
        headers["retry-after"] = str(problem.retry_after_s)
    return Response(
        problem.model_dump_json(), problem.status, headers=headers, media_type=MEDIA_TYPE
    )


def problem_of_store(error: StoreError) -> Problem:
    """What the client reads when stored bytes cannot be had."""
    later = isinstance(error, ObjectsUnreachable | NoRoom | DatabaseAway)
    match error:
        case NoRoom():
            code = ErrorCode.NO_ROOM
        case ObjectsUnreachable() | DatabaseAway():
            code = ErrorCode.UNAVAILABLE
        case RowDamaged():
            code = ErrorCode.DAMAGED
        case _:
            code = ErrorCode.SERVER_ERROR
    return Problem(
        code=code,
        title=str(error),
        status=STATUS[code],
        request_id=REQUEST_ID.get(),
        retry_after_s=10 if later else None,
    )
