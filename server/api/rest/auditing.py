"""The audit trail for auditors, what clients add to it, and lock-outs for security officers."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from pydantic import AwareDatetime, TypeAdapter

from protocol import paths
from protocol.account import Role
from protocol.audit import AuditAlert, AuditPage, LockOut
from protocol.export import ExportNote
from server.api.rest.wire import (
    HouseDep,
    WhoDep,
    answer,
    answer_list,
    body_of,
    no_content,
    takes,
)
from server.api.services.auditing import Asked

router = APIRouter(tags=["audit"])
_ALERTS = TypeAdapter(list[AuditAlert])
_LOCK_OUTS = TypeAdapter(list[LockOut])
_EXPORT = {
    "id": "0199b1a8-5c00-7000-8000-000000000001",
    "at": "2026-01-05T08:30:00Z",
    "exported": {"kind": "pictures", "to": "file", "count": 3},
}
Word = Annotated[str, Query(max_length=80)]
At = Annotated[AwareDatetime | None, Query()]


@router.get(paths.AUDIT, response_model=AuditPage)
async def trail(
    reader: WhoDep,
    house: HouseDep,
    who: Word = "",
    number: Word = "",
    access: Word = "",
    resource: Word = "",
    since: At = None,
    until: At = None,
    undone: bool = False,
    after: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
) -> Response:
    """Who did what, newest first: by person, case, action and time."""
    reader.needs(Role.AUDITOR)
    span: tuple[datetime | None, datetime | None] = (since, until)
    asked = Asked(who, number, access, resource, *span, undone)
    return answer(await house.auditing.page(reader, asked, after, limit))


@router.get(paths.AUDIT_ALERTS, response_model=list[AuditAlert])
async def alerts(who: WhoDep, house: HouseDep) -> Response:
    """What an auditor should look at of the last day."""
    who.needs(Role.AUDITOR)
    return answer_list(_ALERTS, await house.auditing.alerts(who))


@router.get(paths.LOCK_OUTS, response_model=list[LockOut])
async def lock_outs(who: WhoDep, house: HouseDep) -> Response:
    """Whose password or code was guessed wrong in the last day."""
    who.needs(Role.SECURITY)
    return answer_list(_LOCK_OUTS, await house.auditing.lock_outs(who))


@router.post(paths.EXPORTS, status_code=204, openapi_extra=takes(ExportNote, _EXPORT))
async def exported(
    body: Annotated[ExportNote, Depends(body_of(ExportNote))], who: WhoDep, house: HouseDep
) -> Response:
    """What left the program at a client: an entry, however often it is sent. It may come after the
    task has ended; of a case they never had to do with it is answered as of one that is not
    there."""
    await house.exports.note(who, body)
    return no_content()
