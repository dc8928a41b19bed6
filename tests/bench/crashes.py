"""Five hundred kills of server and database at random moments, each looked at afterwards."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.bench.measure import Bound, Goal, Measure
from tests.server.crashes import Arena, arena
from tests.server.people import ADMIN, PASSWORD
from tests.server.postgres import postgres
from tests.server.process import ServerProcess

OF_SERVER, OF_DATABASE = 400, 100
MORE = {"HUIZHEN_ACCESS_TOKEN_S": "86400"}


def run() -> Iterator[Measure]:
    with tempfile.TemporaryDirectory() as folder, postgres(durable=True) as cluster:
        alone = ServerProcess(Path(folder, "alone"), MORE)
        alone.add_user(ADMIN, PASSWORD, name="管理员", roles=["admin"])
        with alone, arena(alone, alone.kill, alone.start) as made:
            yield _played("the server", made, OF_SERVER)
        address = {**MORE, "HUIZHEN_DATABASE_URL": cluster.database()}
        province = ServerProcess(Path(folder, "province"), address)
        province.add_user(ADMIN, PASSWORD, name="管理员", roles=["admin"])
        with province, arena(province, cluster.stop, cluster.start) as made:
            yield _played("PostgreSQL", made, OF_DATABASE)


def _played(whom: str, made: Arena, rounds: int) -> Measure:
    hit: list[str | None] = []
    wrong: list[str] = []
    for seed in range(rounds):
        try:
            hit.append(made.round(seed))
        except AssertionError as error:
            wrong.append(f"{seed}: {error}")
    amid = sum(step is not None for step in hit)
    told = f"{amid} while something was under way, in {len(set(hit) - {None})} of 12 steps"
    return Measure(
        f"crashes: rounds with a write lost or doubled, of {rounds} kills of {whom}",
        len(wrong),
        "",
        goal=Goal(Bound.EXACTLY, 0),
        note="; ".join([told, *wrong[:3]]),
    )
