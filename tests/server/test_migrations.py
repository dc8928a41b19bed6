"""Every change of the tables can be taken and taken back, on both engines."""

import asyncio
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, insert, inspect, select, text

import server.store.engine as store_engine
from protocol.base import new_id
from server.store.columns import Base
from server.store.done_step_table import DoneStepRow
from server.store.done_steps import EXPORT
from server.store.engine import WRITES, migrate, open_engine
from server.store.errors import DatabaseUnavailable
from server.store.evidence_tables import AuditStampRow
from server.store.tables import AuditRow
from tests.fakes.examples import NOW


def scripts() -> Config:
    config = Config()
    config.set_main_option(
        "script_location", str(Path(store_engine.__file__).parent / "migrations")
    )
    config.set_main_option("path_separator", "os")
    return config


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "postgresql":
        made: str = request.getfixturevalue("cluster").database()
        return made
    return f"sqlite+aiosqlite:///{tmp_path / 'huizhen.sqlite'}"


def test_they_stand_in_one_line() -> None:
    """Two branches of work that add tables are put one after the other."""
    assert len(ScriptDirectory.from_config(scripts()).get_heads()) == 1


def test_each_is_taken_back_and_taken_again(address: str) -> None:
    def back_and_again(connection: Connection) -> None:
        config = scripts()
        config.attributes["connection"] = connection
        revisions = [one.revision for one in ScriptDirectory.from_config(config).walk_revisions()]
        for revision in revisions[1:]:
            command.downgrade(config, revision)
        command.upgrade(config, "head")

    async def change() -> tuple[set[str], set[tuple[str, ...]]]:
        engine = open_engine(address)
        await migrate(engine)
        async with engine.connect() as plain:
            connection = await plain.execution_options(**{WRITES: True})
            async with connection.begin():
                await connection.run_sync(back_and_again)
            names = await connection.run_sync(lambda one: set(inspect(one).get_table_names()))
            found = await connection.run_sync(indexes)
        await engine.dispose()
        return names, found

    tables, found = asyncio.run(change())
    assert tables >= set(Base.metadata.tables)
    wanted = {
        (table.name, *(column.name for column in one.columns))
        for table in Base.metadata.tables.values()
        for one in table.indexes
    }
    assert ("report_pictures", "sha256") in wanted
    assert ("consultations", "institution_id", "created_at") in wanted
    assert wanted - found == set()


def test_a_database_goes_back_to_an_older_program_and_forward_again(address: str) -> None:
    async def change() -> list[str | None]:
        engine = open_engine(address)
        await migrate(engine)
        seen = []
        for revision in ("0040", "0040", "0043", "head"):
            await migrate(engine, revision)
            async with engine.connect() as plain:
                seen.append(
                    await plain.run_sync(
                        lambda one: MigrationContext.configure(one).get_current_revision()
                    )
                )
        with pytest.raises(DatabaseUnavailable, match="4711"):
            await migrate(engine, "4711")
        await engine.dispose()
        return seen

    assert asyncio.run(change())[:3] == ["0040", "0040", "0043"]


def test_a_step_that_fails_is_said_as_such_and_undone(tmp_path: Path) -> None:
    async def change() -> tuple[int | None, str | None]:
        engine = open_engine(f"sqlite+aiosqlite:///{tmp_path / 'huizhen.sqlite'}")
        await migrate(engine, "0019")
        async with engine.begin() as one:
            await one.execute(text("CREATE TABLE report_pictures (x)"))
        with pytest.raises(DatabaseUnavailable, match=r"step after 00\d\d failed .*OperationalEr"):
            await migrate(engine)
        async with engine.connect() as one:
            enforced = await one.scalar(text("PRAGMA foreign_keys"))
            at = await one.run_sync(
                lambda it: MigrationContext.configure(it).get_current_revision()
            )
        await engine.dispose()
        return enforced, at

    assert asyncio.run(change()) == (1, "0019")


def test_a_step_that_would_lose_what_others_refer_to_is_undone(tmp_path: Path) -> None:
    async def change() -> None:
        engine = open_engine(f"sqlite+aiosqlite:///{tmp_path / 'huizhen.sqlite'}")
        await migrate(engine, "0040")
        async with engine.begin() as one:
            await one.execute(
                text(
                    "CREATE TRIGGER lossy AFTER UPDATE ON alembic_version "
                    "BEGIN INSERT INTO fact_recipients "
                    "SELECT count(*), 'x' FROM fact_recipients; END"
                )
            )
        with pytest.raises(DatabaseUnavailable, match="fact_recipients would refer to none of"):
            await migrate(engine)
        await engine.dispose()

    asyncio.run(change())


def test_evidence_and_what_is_done_once_outlive_an_older_program(address: str) -> None:
    """Each entry of the trail is hashed with what a case was accessed for; no authority stamps the
    past again; a client sends a note of an export again until it has heard that it was taken."""
    entry = {"id": new_id(), "at": NOW, "access": "read", "resource": "case", "target": "x"}
    entry |= {"detail": "", "purpose": "TREAT"}
    step = {"account_id": new_id(), "key": new_id(), "consultation_id": new_id(), "at": NOW}
    stamp = {"size": 7, "response": b"stamp", "at": NOW}

    async def change() -> list[object]:
        engine = open_engine(address)
        await migrate(engine)
        async with engine.begin() as plain:
            await plain.execute(insert(AuditRow).values(entry))
            await plain.execute(insert(DoneStepRow).values({**step, "action": EXPORT}))
            await plain.execute(insert(AuditStampRow).values(stamp))
        for revision in ("0034", "head"):
            await migrate(engine, revision)
        async with engine.connect() as plain:
            asked = (AuditRow.purpose, DoneStepRow.key, AuditStampRow.response)
            told = [await plain.scalar(select(one)) for one in asked]
        await engine.dispose()
        return told

    assert asyncio.run(change()) == ["TREAT", step["key"], b"stamp"]


def indexes(connection: Connection) -> set[tuple[str, ...]]:
    """Table and columns of each."""
    told = inspect(connection)
    return {
        (table, *(column for column in one["column_names"] if column is not None))
        for table in Base.metadata.tables
        for one in told.get_indexes(table)
    }


def test_of_images_stored_before_those_of_a_nameless_study_are_nameless(tmp_path: Path) -> None:
    engine, config = create_engine(f"sqlite:///{tmp_path / 'huizhen.sqlite'}"), scripts()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0018")
        connection.execute(
            text(f"INSERT INTO institutions VALUES ('{HOUSE}', 'A', 'A', 'clinic', 1)")
        )
        for study, name in (("1.1", "何^小溪"), ("1.2", "")):
            connection.execute(text(OLD_STUDY), {"study": study, "name": name})
            connection.execute(text(OLD_INSTANCE), {"study": study, "sop": f"{study}.1"})
        command.upgrade(config, "head")
        found = connection.execute(
            text("SELECT study_uid, names_patient FROM instances ORDER BY 1")
        )
        assert [tuple(row) for row in found] == [("1.1", 1), ("1.2", 0)]
    engine.dispose()


HOUSE = "0" * 32
OLD_STUDY = (
    f"INSERT INTO studies VALUES ('{HOUSE}', :study, '', :name, '', '', '', '', '', '', '', '')"
)
OLD_INSTANCE = (
    "INSERT INTO instances (institution_id, sop_uid, series_uid, study_uid, sha256, size,"
    " sop_class, transfer_syntax, frames, received_at, account_id)"
    f" VALUES ('{HOUSE}', :sop, '1.9', :study, '', 1, '', '', 1, '2026-01-01', '{HOUSE}')"
)
