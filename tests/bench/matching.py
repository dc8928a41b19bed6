"""Whom a case may go to, of 50,000 experts and 20,000 clinics, with everything matching reads."""

import asyncio
import random
import tempfile
import time
from collections.abc import Awaitable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from uuid import UUID

from sqlalchemy import insert

from protocol.account import ExpertProfile, ExpertTitle, Role
from protocol.base import new_id
from protocol.consultation import Phase
from server.api.socket.connection import Connection
from server.api.socket.hub import Hub
from server.composition import opened
from server.domain.case import Case
from server.domain.people import Who
from server.settings import load_settings
from server.store.tables import AccountRow, AgreementRow, InstitutionRow
from server.store.work import Store
from tests.bench.measure import Bound, Goal, Measure
from tests.server.held_case import held

EXPERTS, CLINICS, HOSPITALS = 50_000, 20_000, 40
DEPARTMENTS = tuple(f"科室{number}" for number in range(40))
CODES = ("I10", "I21", "E11", "J18", "S72", "")
ONE_IN = 5
"""Experts who are connected."""
ROUNDS = 50
CHANGES = 7
BATCH = 5_000


def run() -> Iterator[Measure]:
    with tempfile.TemporaryDirectory(prefix="huizhen-bench-") as folder:
        yield from asyncio.run(_measured(Path(folder)))


async def _measured(folder: Path) -> list[Measure]:
    settings = load_settings(data_dir=folder)
    async with opened(settings) as built:
        store = built.house.store
        clinics = await _people(store)
        bell = built.timekeeper.bell
        async with store.reading() as work:
            for who in (await work.people.all())[::ONE_IN]:
                _come(built.house.hub, who)
        cases = [_case(clinic, number) for number, clinic in enumerate(clinics[:ROUNDS])]
        async with store.reading() as work:
            begun = time.perf_counter()
            await bell.fitting(work, cases[0])
            first = time.perf_counter() - begun
            few = [await _ms(bell.fitting(work, case)) for case in cases]
            every = [await _ms(bell.ranked(work, case)) for case in cases[:5]]
        changed = []
        async with store.reading() as work:
            some = (await work.people.all())[:CHANGES]
        for who in some:
            async with store.writing() as work:
                await work.people.change(replace(who, display_name="陈主任"))
            async with store.reading() as work:
                changed.append(await _ms(bell.fitting(work, cases[0])))
    return [
        Measure(
            f"whom a case rings: {EXPERTS:,} experts, one in {ONE_IN} connected, median",
            median(few),
            "ms",
            beside="the list of candidates",
            beside_value=median(every),
            goal=Goal(Bound.AT_MOST, 20),
        ),
        Measure(
            "the same after somebody has changed, median",
            median(changed),
            "ms",
            beside="after a start: everybody is read",
            beside_value=first * 1000,
            goal=Goal(Bound.AT_MOST, 250),
        ),
    ]


def _come(hub: Hub, who: Who) -> None:
    async def unheard(_event: object) -> None:
        """Nobody reads."""

    connection = Connection(unheard, limit=1)
    connection.who, connection.session_id = who, new_id()
    hub.add(connection)


async def _ms(work: Awaitable[object]) -> float:
    begun = time.perf_counter()
    await work
    return (time.perf_counter() - begun) * 1000


def _case(clinic: UUID, number: int) -> Case:
    case = held(Phase.QUEUED)
    content = case.content.model_copy(
        update={
            "department": DEPARTMENTS[number % len(DEPARTMENTS)],
            "diagnosis_codes": ("I10",),
        }
    )
    return replace(case, institution_id=clinic, content=content)


async def _people(store: Store) -> list[UUID]:
    """Houses, agreements of each clinic with three hospitals, and experts; answers the clinics."""
    chance = random.Random(1)
    hospitals = [new_id() for _ in range(HOSPITALS)]
    clinics = [new_id() for _ in range(CLINICS)]
    houses = [(id_, "hospital") for id_ in hospitals] + [(id_, "clinic") for id_ in clinics]
    rows = [
        {"id": id_, "code": str(id_), "name": "院", "kind": kind, "active": True}
        for id_, kind in houses
    ]
    since = datetime.now(UTC) - timedelta(days=1)
    agreements = [
        {"id": new_id(), "clinic_id": clinic, "hospital_id": hospital, "valid_from": since}
        for clinic in clinics
        for hospital in chance.sample(hospitals, 3)
    ]
    experts = [_expert(chance, hospitals, since) for _ in range(EXPERTS)]
    for table, made in ((InstitutionRow, rows), (AgreementRow, agreements), (AccountRow, experts)):
        for start in range(0, len(made), BATCH):
            async with store.writing() as work:
                await work.session.execute(insert(table), made[start : start + BATCH])
    return clinics


def _expert(chance: random.Random, hospitals: list[UUID], since: datetime) -> dict[str, object]:
    id_ = new_id()
    profile = ExpertProfile(
        title=chance.choice(list(ExpertTitle)),
        departments=(chance.choice(DEPARTMENTS),),
        icd10_prefixes=tuple(code for code in chance.sample(CODES, 2) if code),
        years=chance.randrange(40),
        licence_number="110",
    )
    return {
        "id": id_,
        "username": f"expert-{id_}",
        "display_name": "陈专家",
        "password_hash": "",
        "roles": Role.EXPERT.value,
        "institution_id": chance.choice(hospitals),
        "expert": profile.model_dump_json(),
        "disabled": False,
        "must_change_password": False,
        "created_at": since,
        "responses": 10,
        "response_seconds": chance.random() * 9000,
    }
