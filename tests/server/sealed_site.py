"""A server in this process with its database beside it, to look at how its rows rest."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncEngine

from protocol import paths
from protocol.base import new_id
from protocol.chat import ChatMessage
from protocol.consultation import Person
from server.settings import Settings, load_settings
from server.store.engine import WRITES, open_engine
from server.store.keyring import KeyRing
from server.store.object_choice import ring_of
from server.store.row_keys import RowKeys
from server.store.row_sealing import bring_rows, rewrap_keys
from tests.server.images import file_bytes, new_study, stow
from tests.server.in_process import InProcess, TownWithin
from tests.server.people import Valley, make_valley, submitted_case

T = TypeVar("T")
REASON, NAME = "咳嗽三周", "何小溪"
WORDS = (NAME, "QS-2026-0042", "1958-04-02", REASON, "高血压", "病灶较前增大", "Xiaoxi")
"""What these tests say of a patient."""


class Site:
    """A server in this process, and its database beside it."""

    def __init__(self, folder: Path, address: str | None, **settings: Any) -> None:
        named: dict[str, Any] = {} if address is None else {"database_url": address}
        self.settings: Settings = load_settings(data_dir=folder, **named)
        self.server = InProcess(folder, **named, **settings)
        self.town = TownWithin(self.server)
        self.valley: Valley = make_valley(self.town)
        self.ring: KeyRing = ring_of(self.settings)

    def end(self) -> None:
        self.town.close()
        self.server.end()

    def sql(self, do: Callable[..., Any], *given: Any) -> Any:
        """Does it in a transaction of its own."""

        async def work(engine: AsyncEngine) -> Any:
            async with engine.connect() as plain:
                connection = await plain.execution_options(**{WRITES: True})
                async with connection.begin():
                    return await connection.run_sync(do, *given)

        return self.with_engine(work)

    def with_engine(self, work: Callable[[AsyncEngine], Coroutine[Any, Any, T]]) -> T:
        async def opened() -> T:
            engine = open_engine(self.settings.database)
            try:
                return await work(engine)
            finally:
                await engine.dispose()

        return asyncio.run(opened())

    def bring(self, *, seals: bool) -> int:
        """What `keys seal` and `keys unseal` do."""
        keys = RowKeys(self.ring, seals=seals)
        return self.with_engine(lambda engine: bring_rows(engine, keys, lambda _: None))

    def rewrap(self, forget: Callable[[], int]) -> int:
        keys, ring = RowKeys(self.ring), self.ring
        return self.with_engine(lambda one: rewrap_keys(one, keys, ring, lambda _: None, forget))

    def everything(self) -> str:
        """All that stands in the tables, but names of the people who work here."""

        def read(connection: Connection) -> str:
            names = [one for one in inspect(connection).get_table_names() if one != "library"]
            tables = (connection.execute(text(f"SELECT * FROM {one}")).all() for one in names)
            return str([row for rows in tables for row in rows])

        return str(self.sql(read))


def say(site: Site, case_id: str, words: str) -> None:
    """What is said in the chat of a case, without a socket."""
    doctor = site.valley.doctor

    async def said() -> None:
        async with site.server.store.writing() as work:
            author = Person(id=doctor.id, display_name="林医生")
            message = ChatMessage(
                id=new_id(), consultation_id=UUID(case_id), author=author, at=work.now, text=words
            )
            await work.archive.add_message(message, doctor.id)

    site.server.run(said())


def a_day(site: Site) -> str:
    """A case with everything a row may say of its patient."""
    valley = site.valley
    case_id = submitted_case(valley)
    valley.expert.take(case_id)
    for action in ("accept", "start_reading", "start_draft"):
        assert valley.expert.act(case_id, action).is_success
    opinion = {"findings": "病灶较前增大", "impression": "病灶较前增大"}
    body = {"opinion": opinion, **valley.expert.claim[case_id]}
    saved = valley.expert.send("PUT", paths.OPINION, body, consultation_id=case_id)
    assert saved.is_success, saved.text
    say(site, case_id, "病灶较前增大")
    (image,) = new_study(1)
    image.PatientName, image.PatientID = "He^Xiaoxi", "QS-2026-0042"
    image.PatientBirthDate, image.AccessionNumber = "19580402", "A-7731"
    assert stow(valley.doctor, [file_bytes(image)]).status_code == 200
    return case_id


def seen(valley: Valley, case_id: str) -> tuple[Any, ...]:
    """All that its people read of it."""
    studies = valley.doctor.http.get(f"{paths.DICOMWEB}/studies")
    return (
        valley.expert.get(paths.CONSULTATION, consultation_id=case_id)["content"],
        valley.expert.get(paths.TIMELINE, consultation_id=case_id),
        valley.expert.get(paths.OPINION, consultation_id=case_id),
        valley.expert.get(paths.MESSAGES, consultation_id=case_id),
        studies.json(),
    )
