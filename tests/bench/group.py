"""A call of six through the SFU, beside the same as a mesh: six windowless participants."""

import asyncio
import ssl
import tempfile
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.bench.errors import CounterpartMissing
from tests.bench.measure import Measure
from tests.live.group import Group, group
from tests.media.janus import janus
from tests.server.invitations import read_case
from tests.server.people import ADMIN, PASSWORD, Town, make_valley
from tests.server.process import ServerProcess

SECONDS = 6.0
BESIDE = "the same as a mesh"


@dataclass(frozen=True, slots=True)
class _Found:
    kbps: float
    core: float


def run() -> Iterator[Measure]:
    with tempfile.TemporaryDirectory() as folder:
        through = _in_call(Path(folder) / "sfu", sfu=True)
        mesh = _in_call(Path(folder) / "mesh", sfu=False)
    what = "call of six, 160×120 at 8"
    yield Measure(
        f"{what}: sent by one", through.kbps, "kbit/s", beside=BESIDE, beside_value=mesh.kbps
    )
    yield Measure(
        f"{what}: share of a core for one, Janus not counted",
        100 * through.core,
        "%",
        beside=BESIDE,
        beside_value=100 * mesh.core,
    )


def _in_call(folder: Path, *, sfu: bool) -> _Found:
    folder.mkdir()
    if not sfu:
        return asyncio.run(_six(ServerProcess(folder / "server")))
    try:
        with janus(folder / "janus") as running:
            return asyncio.run(_six(ServerProcess(folder / "server", running.settings)))
    except pytest.skip.Exception as missing:
        raise CounterpartMissing(str(missing)) from missing


async def _six(server: ServerProcess) -> _Found:
    await asyncio.to_thread(server.add_user, ADMIN, PASSWORD, name="管理员", roles=["admin"])
    async with AsyncExitStack() as stack:
        stack.enter_context(server)
        town = Town(server.url, ssl.create_default_context(cafile=str(server.ca)))
        stack.callback(town.close)
        valley = await asyncio.to_thread(make_valley, town)
        case_id = await asyncio.to_thread(read_case, valley)
        call = await stack.enter_async_context(group(server, valley, case_id))
        await call.doctor(valley.doctor)
        await call.doctor(valley.expert)
        for name in "甲乙丙丁":
            await call.guest(name)
        await call.all_see_all()
        return await _measured(call)


async def _measured(call: Group) -> _Found:
    for person in call.people:
        await person.met()  # rates are since the last look
    began, used = time.monotonic(), time.process_time()
    await asyncio.sleep(SECONDS)
    passed, used = time.monotonic() - began, time.process_time() - used
    met = [await person.met() for person in call.people]
    bits = sum(one.bitrate_out_bps for peers in met for one in peers.values())
    return _Found(bits / 1000 / len(met), used / passed / len(met))
