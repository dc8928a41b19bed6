"""Where people are signed in: their own sessions, and everybody's."""

from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import TypeAdapter

from protocol import paths
from protocol.account import Role
from protocol.signed_in import PersonSession, SignedInSession
from server.api.rest.wire import CallerDep, HouseDep, WhoDep, answer_list, no_content

router = APIRouter(tags=["sessions"])
_OWN = TypeAdapter(list[SignedInSession])
_ALL = TypeAdapter(list[PersonSession])


@router.get(paths.MY_SESSIONS, response_model=list[SignedInSession])
async def own_sessions(caller: CallerDep, house: HouseDep) -> Response:
    """The own sessions that are open, the newest first."""
    return answer_list(_OWN, await house.signed_in.own(caller))


@router.delete(paths.MY_SESSIONS, status_code=204)
async def end_others(caller: CallerDep, house: HouseDep) -> Response:
    """Ends all but the one that asks."""
    await house.signed_in.end_others(caller)
    return no_content()


@router.delete(paths.MY_SESSION, status_code=204)
async def end_own(session_id: UUID, caller: CallerDep, house: HouseDep) -> Response:
    """Ends one of the own sessions."""
    await house.signed_in.end_own(caller, session_id)
    return no_content()


@router.get(paths.SESSIONS, response_model=list[PersonSession])
async def all_sessions(who: WhoDep, house: HouseDep) -> Response:
    """Everybody's, the newest first."""
    who.needs(Role.ADMIN, Role.SECURITY)
    return answer_list(_ALL, await house.signed_in.all())


@router.delete(paths.ONE_SESSION, status_code=204)
async def end_any(session_id: UUID, who: WhoDep, house: HouseDep) -> Response:
    """Ends somebody's session."""
    who.needs(Role.ADMIN, Role.SECURITY)
    await house.signed_in.end_any(who, session_id)
    return no_content()


@router.delete(paths.ACCOUNT_SESSIONS, status_code=204)
async def end_all_of(account_id: UUID, who: WhoDep, house: HouseDep) -> Response:
    """Ends every session of somebody."""
    who.needs(Role.ADMIN, Role.SECURITY)
    await house.signed_in.end_all_of(who, account_id)
    return no_content()
