"""The rota of a department: reading, planning, copying a week."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from pydantic import TypeAdapter

from protocol import paths
from protocol.rota import (
    MOST_DAYS,
    ChangeRotaEntry,
    CopyWeek,
    NewRotaEntry,
    Rota,
    RotaDay,
    RotaEntry,
    SetRotaZone,
)
from server.api.rest.wire import HouseDep, WhoDep, answer, body_of, no_content, takes

router = APIRouter(tags=["rota"])
_ENTRIES = TypeAdapter(list[RotaEntry])
_DAY = {"from_at": "2026-01-05T00:00:00Z", "until_at": "2026-01-05T08:00:00Z"}
_WEEKLY = {"weekdays": [0, 1, 2, 3, 4], "last_day": None}
_EXPERT = "0197f3b0-0000-7000-8000-000000000002"
_NEW = {
    "id": "0197f3b0-0000-7000-8000-000000000003",
    "expert_id": _EXPERT,
    "department": "放射科",
    "kind": "shift",
    "weekly": _WEEKLY,
    **_DAY,
}
_CHANGED = {"version": 1, "kind": "shift", "weekly": _WEEKLY, "only_day": None, **_DAY}
_COPY = {"department": "放射科", "from_day": "2026-01-05", "to_day": "2026-01-12"}
_ZONE = {"department": "放射科", "zone": "Asia/Shanghai"}


@router.get(paths.ROTA, response_model=Rota)
async def rota(
    from_day: RotaDay,
    who: WhoDep,
    house: HouseDep,
    department: Annotated[str, Query(max_length=80)] = "",
    days: Annotated[int, Query(ge=1, le=MOST_DAYS)] = 7,
) -> Response:
    """Some days of a department; of one's own first one where none is named."""
    return answer(await house.rotas.rota(who, department, from_day, days))


@router.post(
    paths.ROTA, response_model=RotaEntry, status_code=201, openapi_extra=takes(NewRotaEntry, _NEW)
)
async def add(
    body: Annotated[NewRotaEntry, Depends(body_of(NewRotaEntry))], who: WhoDep, house: HouseDep
) -> Response:
    """A shift, a call or leave."""
    return answer(await house.rotas.add(who, body), 201)


@router.post(
    paths.ROTA_COPY,
    response_model=list[RotaEntry],
    status_code=201,
    openapi_extra=takes(CopyWeek, _COPY),
)
async def copy_week(
    body: Annotated[CopyWeek, Depends(body_of(CopyWeek))], who: WhoDep, house: HouseDep
) -> Response:
    """What stands once in one week, again in another."""
    made = await house.rotas.copy_week(who, body)
    return Response(_ENTRIES.dump_json(made), 201, media_type="application/json")


@router.put(paths.ROTA_ZONE, status_code=204, openapi_extra=takes(SetRotaZone, _ZONE))
async def set_zone(
    body: Annotated[SetRotaZone, Depends(body_of(SetRotaZone))], who: WhoDep, house: HouseDep
) -> Response:
    """The zone of a department's rota."""
    await house.rotas.set_zone(who, body)
    return no_content()


@router.put(
    paths.ROTA_ENTRY, response_model=RotaEntry, openapi_extra=takes(ChangeRotaEntry, _CHANGED)
)
async def change(
    entry_id: UUID,
    body: Annotated[ChangeRotaEntry, Depends(body_of(ChangeRotaEntry))],
    who: WhoDep,
    house: HouseDep,
) -> Response:
    """An entry as it is to be, or one day of it."""
    return answer(await house.rotas.change(who, entry_id, body))


@router.delete(paths.ROTA_ENTRY, status_code=204)
async def remove(
    entry_id: UUID,
    version: Annotated[int, Query(ge=1)],
    who: WhoDep,
    house: HouseDep,
    only_day: RotaDay | None = None,
) -> Response:
    """An entry, or one day of what repeats."""
    await house.rotas.remove(who, entry_id, version, only_day)
    return no_content()
