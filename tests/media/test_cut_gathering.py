"""A connection that is ended while it still opens its sockets leaves none of them behind."""

import asyncio
from typing import Any

import pytest

from app.media.engine import CallEngine
from app.media.hardware import NoHardware
from app.media.messages import AddPeer, Event, GeneratedSource, RemovePeer, Role, StartCall
from app.media.pictures import NoPictures
from app.media.sources import MonotonicClock


async def test_a_peer_that_leaves_while_its_connection_is_gathered_leaves_no_socket(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loop = asyncio.get_running_loop()
    opened, opening, go_on = [], asyncio.Event(), asyncio.Event()
    really = loop.create_datagram_endpoint

    async def slowly(*args: Any, **options: Any) -> Any:
        made = await really(*args, **options)
        opened.append(made[0])
        opening.set()
        await go_on.wait()
        return made

    monkeypatch.setattr(loop, "create_datagram_endpoint", slowly)
    told: list[Event] = []
    engine = CallEngine(told.append, NoPictures(), NoHardware(), MonotonicClock())
    await engine.handle(StartCall(video=GeneratedSource(), audio=GeneratedSource()))
    await engine.handle(AddPeer(peer_id="expert", role=Role.OFFERER))
    await opening.wait()
    leaving = asyncio.create_task(engine.handle(RemovePeer(peer_id="expert")))
    await asyncio.sleep(0)
    go_on.set()
    await leaving
    await engine.close()
    assert opened
    assert all(transport.is_closing() for transport in opened)
