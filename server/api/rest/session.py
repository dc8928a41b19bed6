"""Signing in, tokens, the own account and its signing keys."""

import asyncio
import shutil
from typing import Annotated

import orjson
from fastapi import APIRouter, Depends, Response
from pydantic import TypeAdapter

import protocol
from protocol import paths
from protocol.account import (
    Account,
    ChangePassword,
    Reauthenticate,
    Refresh,
    RegisteredKey,
    Role,
    ServerInfo,
    SignIn,
    SigningKey,
    SigningTicket,
    TokenPair,
)
from protocol.edge import RelayTicket
from server.api.house import House
from server.api.rest.wire import (
    CallerDep,
    HouseDep,
    NewcomerDep,
    UploaderDep,
    answer,
    answer_list,
    body_of,
    no_content,
    takes,
)
from server.store.errors import DatabaseAway
from server.store.room import RESERVE_BYTES

router = APIRouter(tags=["session"])
_KEYS = TypeAdapter(list[RegisteredKey])

_SIGN_IN = {"username": "lin.clinic", "password": "correct horse battery", "device": "Ward 3"}  # nosec B105  # an example


@router.get(paths.SERVER, response_model=ServerInfo)
async def server_info(house: HouseDep) -> Response:
    """What a client may know before anybody signs in."""
    return answer(
        ServerInfo(
            name=house.settings.name,
            version=house.version,
            protocol_version=protocol.PROTOCOL_VERSION,
            time=house.clock.now(),
        )
    )


async def _latest(house: House) -> int:
    async with house.store.reading() as work:
        return await work.facts.latest()


HEALTH_S = 4.0
"""A proxy asks for longer; a database that says nothing by then is away."""


async def _database_answers(house: House) -> None:
    """Raises `DatabaseAway`."""
    looking = asyncio.create_task(_latest(house))
    try:  # not `timeout`, which would wait until a silent database lets go of the statement
        done, _ = await asyncio.wait([looking], timeout=HEALTH_S)
    finally:
        looking.cancel()
    if not done:
        raise DatabaseAway("the database does not answer")
    looking.result()


@router.get(paths.READY)
async def ready(house: HouseDep) -> Response:
    """200 when new requests are welcome: the database answers, and the process is not about to
    stop; else 503. A proxy asks it. Whether images have room is no matter of it."""
    if house.leaving.begun:
        return Response('{"ready":false}', 503, media_type="application/json")
    await _database_answers(house)
    return Response('{"ready":true}', media_type="application/json")


@router.get(paths.HEALTH)
async def health(house: HouseDep) -> Response:
    """200 when the database answers and there is room for what comes; 503 when it does not, 507 on
    a full disk. Of a process among several `redis` says whether it hears the others: alone it still
    serves."""
    await _database_answers(house)
    if shutil.disk_usage(house.settings.data_dir).free < RESERVE_BYTES:
        return Response('{"ok":false,"disk":"full"}', 507, media_type="application/json")
    body = {"ok": True} if house.hears is None else {"ok": True, "redis": house.hears()}
    return Response(orjson.dumps(body), media_type="application/json")


@router.post(paths.SESSION, response_model=TokenPair, openapi_extra=takes(SignIn, _SIGN_IN))
async def sign_in(body: Annotated[SignIn, Depends(body_of(SignIn))], house: HouseDep) -> Response:
    """A pair of tokens; 409 `signed_in_elsewhere` unless `take_over`."""
    return answer(await house.identity.sign_in(body))


@router.delete(paths.SESSION, status_code=204)
async def sign_out(caller: NewcomerDep, house: HouseDep) -> Response:
    """Ends this session."""
    await house.identity.sign_out(caller)
    return no_content()


@router.post(paths.REFRESH, response_model=TokenPair, openapi_extra=takes(Refresh))
async def refresh(body: Annotated[Refresh, Depends(body_of(Refresh))], house: HouseDep) -> Response:
    """New tokens for a refresh token, which is good for one use."""
    return answer(await house.identity.refresh(body.refresh_token))


@router.post(paths.TRANSFER_SESSION, response_model=TokenPair)
async def transfer_session(caller: CallerDep, house: HouseDep) -> Response:
    """Tokens that may only upload."""
    return answer(await house.identity.transfer(caller))


@router.post(paths.RELAY_TICKET, response_model=RelayTicket)
async def relay_ticket(caller: UploaderDep, house: HouseDep) -> Response:
    """Who the caller is, and a token that stores this caller's images."""
    return answer(house.identity.relay(caller))


@router.post(
    paths.REAUTHENTICATE, response_model=SigningTicket, openapi_extra=takes(Reauthenticate)
)
async def reauthenticate(
    body: Annotated[Reauthenticate, Depends(body_of(Reauthenticate))],
    caller: CallerDep,
    house: HouseDep,
) -> Response:
    """The password again, for a ticket that is good for one legal act."""
    return answer(await house.proving.reauthenticate(caller, body.password.get_secret_value()))


@router.post(paths.UNLOCK, status_code=204, openapi_extra=takes(Reauthenticate))
async def unlock(
    body: Annotated[Reauthenticate, Depends(body_of(Reauthenticate))],
    caller: CallerDep,
    house: HouseDep,
) -> Response:
    """Whether this is the password, for a window that has locked itself."""
    await house.proving.unlock(caller, body.password.get_secret_value())
    return no_content()


@router.put(paths.PASSWORD, status_code=204, openapi_extra=takes(ChangePassword))
async def change_password(
    body: Annotated[ChangePassword, Depends(body_of(ChangePassword))],
    caller: NewcomerDep,
    house: HouseDep,
) -> Response:
    """Changes the own password; other sessions of the account end."""
    await house.proving.change_password(
        caller, body.current.get_secret_value(), body.new.get_secret_value()
    )
    return no_content()


@router.get(paths.ME, response_model=Account)
async def me(caller: NewcomerDep) -> Response:
    """The own account."""
    return answer(caller.who.account())


@router.get(paths.SIGNING_KEYS, response_model=list[RegisteredKey])
async def signing_keys(caller: CallerDep, house: HouseDep) -> Response:
    """The own registered Ed25519 keys."""
    caller.who.needs(Role.EXPERT, Role.REVIEWER)
    return answer_list(_KEYS, await house.proving.keys(caller))


@router.post(paths.SIGNING_KEYS, response_model=RegisteredKey, openapi_extra=takes(SigningKey))
async def register_key(
    body: Annotated[SigningKey, Depends(body_of(SigningKey))], caller: CallerDep, house: HouseDep
) -> Response:
    """Registers a key to sign reports, or to approve them, with; takes a ticket."""
    caller.who.needs(Role.EXPERT, Role.REVIEWER)
    return answer(await house.proving.register_key(caller, body))
