"""The own second factor."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from protocol import paths
from protocol.second_factor import (
    BeginSecondFactor,
    ConfirmSecondFactor,
    RecoveryCodes,
    SecondFactorOffer,
    SecondFactorState,
)
from server.api.rest.wire import HouseDep, NewcomerDep, answer, body_of, no_content, takes

router = APIRouter(tags=["second factor"])
BeginDep = Annotated[BeginSecondFactor, Depends(body_of(BeginSecondFactor))]


@router.get(paths.SECOND_FACTOR, response_model=SecondFactorState)
async def second_factor(caller: NewcomerDep, house: HouseDep) -> Response:
    """Whether there is one, and whether a role requires it."""
    return answer(await house.identity.factor.state(caller))


@router.post(
    paths.SECOND_FACTOR, response_model=SecondFactorOffer, openapi_extra=takes(BeginSecondFactor)
)
async def begin(body: BeginDep, caller: NewcomerDep, house: HouseDep) -> Response:
    """A new secret, shown once; what was in force stays so until it is confirmed."""
    await house.proving.both(caller, body)
    return answer(await house.identity.factor.begin(caller.who))


@router.put(
    paths.SECOND_FACTOR, response_model=RecoveryCodes, openapi_extra=takes(ConfirmSecondFactor)
)
async def confirm(
    body: Annotated[ConfirmSecondFactor, Depends(body_of(ConfirmSecondFactor))],
    caller: NewcomerDep,
    house: HouseDep,
) -> Response:
    """A code of the new secret puts it in force."""
    return answer(await house.proving.confirm_factor(caller, body.code))


@router.post(
    paths.SECOND_FACTOR_CODES, response_model=RecoveryCodes, openapi_extra=takes(BeginSecondFactor)
)
async def new_codes(body: BeginDep, caller: NewcomerDep, house: HouseDep) -> Response:
    """Ten recovery codes, shown once; older ones are void."""
    await house.proving.both(caller, body)
    return answer(await house.identity.factor.new_codes(caller.who))


@router.post(paths.SECOND_FACTOR_END, status_code=204, openapi_extra=takes(BeginSecondFactor))
async def end(body: BeginDep, caller: NewcomerDep, house: HouseDep) -> Response:
    """Without one from now on, unless a role requires it."""
    await house.proving.both(caller, body)
    await house.identity.factor.end(caller.who)
    house.identity.forget(caller.session_id)
    return no_content()
