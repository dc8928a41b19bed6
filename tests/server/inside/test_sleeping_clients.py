"""A laptop that sleeps says nothing, also not that it left: others must not wait for it."""

import asyncio
from typing import Any

import orjson

from protocol import paths
from protocol.socket import SUBPROTOCOL
from tests.server.in_process import InProcess, TownWithin
from tests.server.people import Valley, make_valley, open_case


class SleepingSocket:
    """Said hello; then uvicorn gave up waiting for its pong, long before the line ends."""

    def __init__(self, token: str) -> None:
        hello = {"type": "hello", "access_token": token}
        self.waiting: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.waiting.put_nowait({"type": "websocket.connect"})
        self.waiting.put_nowait({"type": "websocket.receive", "text": orjson.dumps(hello).decode()})
        self.asleep = False
        self.welcomed = asyncio.Event()

    async def receive(self) -> dict[str, Any]:
        return await self.waiting.get()

    async def send(self, event: Any) -> None:
        if self.asleep:
            raise RuntimeError("after sending 'websocket.close'")
        if "welcome" in event.get("text", ""):
            self.welcomed.set()


def test_a_case_is_submitted_and_told_although_a_client_sleeps(server: InProcess) -> None:
    valley: Valley = make_valley(TownWithin(server))
    sleeper = valley.town.person("dispatcher", institution=valley.hospital, name="周调度")
    case_id = open_case(valley)
    awake = server.connect(valley.expert)
    answered: list[int] = []

    async def while_it_sleeps() -> None:
        socket = SleepingSocket(sleeper.tokens.access_token)
        scope = {
            "type": "websocket",
            "path": paths.SOCKET,
            "subprotocols": [SUBPROTOCOL],
            "headers": [(b"host", b"hospital.example")],
        }
        serving = asyncio.create_task(server.built.border(scope, socket.receive, socket.send))
        await socket.welcomed.wait()
        assert server.built.house.hub.reachable(sleeper.id)
        socket.asleep = True
        path = paths.TRANSITIONS.format(consultation_id=case_id)
        request = valley.doctor.http.build_request("POST", path, json={"action": "submit"})
        answered.append((await server.answer(request)).status_code)
        await asyncio.wait_for(serving, 5)

    server.run(while_it_sleeps())
    assert answered == [200]
    assert len(awake.heard("offer_rang")) == 1
    assert not server.built.house.hub.reachable(sleeper.id)
