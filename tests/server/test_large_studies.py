"""A study of as many images as the protocol allows is declared in one list."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from protocol import paths
from server.api.services.studies import rest_after
from server.store.counting import counts_of
from server.store.engine import open_engine
from tests.server.conftest import trusting
from tests.server.images import declare as declare_all
from tests.server.images import file_bytes, new_study, stow
from tests.server.people import ADMIN, PASSWORD, Town, Valley, make_valley, open_case
from tests.server.process import ServerProcess

MOST, FEW = 20_000, 500


def longest(prefix: str, number: int) -> str:
    """A UID of 64 characters."""
    return f"1.2.{prefix}{number:0{59 - len(prefix)}d}"[:64]


def listing(images: int) -> dict[str, object]:
    return {
        "study_instance_uid": "1.2.3",
        "instances": [
            {
                "sop_instance_uid": longest("1", number),
                "series_instance_uid": longest("2", number % 9),
                "sha256": f"{number:064x}",
                "size": 500_000,
                "original_sha256": f"{number + MOST:064x}",
            }
            for number in range(images)
        ],
    }


def declare(valley: Valley, body: object) -> httpx.Response:
    return valley.doctor.send(
        "PUT", paths.STUDY, body, consultation_id=open_case(valley), study_instance_uid="1.2.3"
    )


def test_twenty_thousand_images_are_declared_in_one_list(valley: Valley) -> None:
    answer = declare(valley, listing(MOST))
    assert answer.status_code == 200, answer.text[:200]
    progress = answer.json()
    assert (progress["declared"], len(progress["missing"])) == (MOST, MOST)


def test_a_longer_list_is_refused_and_so_is_one_that_never_ends(valley: Valley) -> None:
    assert declare(valley, listing(MOST + 1)).json()["code"] == "validation_failed"
    body = {**listing(1), "description": "x" * (17 << 20)}
    answer = declare(valley, body)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


@pytest.fixture
def site(tmp_path: Path) -> tuple[ServerProcess, str]:
    """A stopped site with a draft that has one image, and the draft's id."""
    server = ServerProcess(tmp_path)
    server.add_user(ADMIN, PASSWORD, name="管理员", roles=["admin"])
    with server:
        town = Town(server.url, trusting(server.ca))
        valley, (made,) = make_valley(town), new_study(1)
        data, case_id = file_bytes(made), open_case(valley)
        declare_all(valley.doctor, case_id, [made], [data])
        assert stow(valley.doctor, [data]).status_code == 200
        town.close()
    return server, case_id


def copied(file: Path, images: int) -> str:
    """Makes so many of the one image, declared and received; answers its institution."""
    with closing(sqlite3.connect(file)) as taken, taken:
        for table in ("declared_instances", "instances"):
            found = taken.execute(f"SELECT name FROM pragma_table_info('{table}')").fetchall()
            names = [name for (name,) in found]
            made = ", ".join("sop_uid || '.' || n" if one == "sop_uid" else one for one in names)
            taken.execute(
                "WITH RECURSIVE counted(n) AS "
                f"(SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < {images}) "
                f"INSERT INTO {table} ({', '.join(names)}) SELECT {made} FROM counted, "
                f"(SELECT * FROM {table} LIMIT 1)"
            )
        ((house,),) = taken.execute("SELECT institution_id FROM instances LIMIT 1")
        return str(UUID(house))


async def steps_of_counting(file: Path, case_id: str, house: str) -> int:
    """How many thousand steps the database takes to count the case's images."""
    engine, steps = open_engine(f"sqlite+aiosqlite:///{file}"), 0

    def step() -> None:
        nonlocal steps
        steps += 1

    async with AsyncSession(engine) as session:
        raw = await (await session.connection()).get_raw_connection()
        assert raw.driver_connection is not None
        await raw.driver_connection.set_progress_handler(step, 1000)
        (counts,) = (await counts_of(session, UUID(case_id), UUID(house))).values()
        assert counts.verified
    await engine.dispose()
    return steps


async def test_of_ten_times_the_images_counting_takes_ten_times_the_steps(
    site: tuple[ServerProcess, str], tmp_path: Path
) -> None:
    server, case_id = site
    small, large = server.data_dir / "huizhen.sqlite", tmp_path / "large.sqlite"
    shutil.copyfile(small, large)
    house = copied(small, FEW)
    copied(large, 10 * FEW)
    few = await steps_of_counting(small, case_id, house)
    many = await steps_of_counting(large, case_id, house)
    assert many < 15 * few


@pytest.mark.parametrize(("took_s", "rest_s"), [(0, 0), (0.005, 0.1), (0.02, 0.4), (3, 1)])
def test_the_longer_counting_takes_the_more_rarely_an_upload_is_told(
    took_s: float, rest_s: float
) -> None:
    assert rest_after(took_s) == rest_s
