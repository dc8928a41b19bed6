"""What was told to who asks."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from protocol import paths
from protocol.consultation import Urgency
from protocol.notification import ChosenNotifications, NotificationKind, NotificationPage
from server.api.rest.wire import HouseDep, WhoDep, answer, body_of, no_content, takes
from server.store.notifications import Wanted

router = APIRouter(tags=["notifications"])
_CHOSEN = {"ids": ["0197f3b0-0000-7000-8000-000000000002"]}
ChosenDep = Annotated[ChosenNotifications, Depends(body_of(ChosenNotifications))]


@router.get(paths.NOTIFICATIONS, response_model=NotificationPage)
async def notifications(
    who: WhoDep,
    house: HouseDep,
    kind: NotificationKind | None = None,
    urgency: Urgency | None = None,
    unread: bool = False,
    after: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> Response:
    """One's own notifications, newest first."""
    return answer(await house.notifications.page(who, Wanted(kind, urgency, unread), after, limit))


@router.post(
    paths.NOTIFICATIONS_READ, status_code=204, openapi_extra=takes(ChosenNotifications, _CHOSEN)
)
async def read(body: ChosenDep, who: WhoDep, house: HouseDep) -> Response:
    """Marks them as read."""
    await house.notifications.read(who, body)
    return no_content()


@router.post(
    paths.NOTIFICATIONS_CLEARED, status_code=204, openapi_extra=takes(ChosenNotifications, _CHOSEN)
)
async def clear(body: ChosenDep, who: WhoDep, house: HouseDep) -> Response:
    """Takes them from the list."""
    await house.notifications.clear(who, body)
    return no_content()
