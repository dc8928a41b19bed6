"""More than five hundred kills of server, database, client and media process at random moments,
each looked at afterwards."""

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from tests.bench.measure import Bound, Goal, Measure
from tests.server.client_crashes import client_arena
from tests.server.crashes import Arena, arena
from tests.server.people import ADMIN, PASSWORD
from tests.server.postgres import postgres
from tests.server.process import ServerProcess

OF_SERVER, OF_DATABASE = 300, 90
CASES, OF_CLIENT = 30, 3
CALLS, OF_MEDIA = 15, 2
MORE = {"HUIZHEN_ACCESS_TOKEN_S": "86400"}


def run() -> Iterator[Measure]:
    with tempfile.TemporaryDirectory() as folder, postgres(durable=True) as cluster:
        alone = ServerProcess(Path(folder, "alone"), MORE)
        alone.add_user(ADMIN, PASSWORD, name="管理员", roles=["admin"])
        with alone, arena(alone, alone.kill, alone.start) as made:
            yield _played("the server", _one(made), OF_SERVER)
        with alone, client_arena(alone, Path(folder, "clients")) as clients:
            yield _played("the client", partial(clients.round, kills=OF_CLIENT), CASES)
            of_media = partial(clients.round_of_call, kills=OF_MEDIA)
            yield _played("the media process of a call", of_media, CALLS)
        address = {**MORE, "HUIZHEN_DATABASE_URL": cluster.database()}
        province = ServerProcess(Path(folder, "province"), address)
        province.add_user(ADMIN, PASSWORD, name="管理员", roles=["admin"])
        with province, arena(province, cluster.stop, cluster.start) as made:
            yield _played("PostgreSQL", _one(made), OF_DATABASE)


def _one(made: Arena) -> Callable[[int], list[str]]:
    """The step that was under way, where one was."""

    def play(seed: int) -> list[str]:
        step = made.round(seed)
        return ["nothing" if step is None else step]

    return play


def _played(whom: str, play: Callable[[int], list[str]], cases: int) -> Measure:
    """`play` answers at or after what each kill of a case was."""
    hit: Counter[str] = Counter()
    wrong: list[str] = []
    for seed in range(cases):
        try:
            hit.update(play(seed))
        except AssertionError as error:
            wrong.append(f"{seed}: {error}")
    told = ", ".join(f"{name} {count}" for name, count in hit.most_common())
    return Measure(
        f"crashes: rounds with a write lost or doubled, of {hit.total()} kills of {whom}",
        len(wrong),
        "",
        goal=Goal(Bound.EXACTLY, 0),
        note="; ".join([told, *wrong[:3]]),
    )
