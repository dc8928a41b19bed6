"""A clinic with years of cases misses none that is open, and finds the others."""

from typing import Any

import pytest

from app.models.queue import derive_work
from app.services.own_cases import OwnCases
from app.session.queue import CaseFilter, Load, MineLoaded
from protocol.consultation import ConsultationPage, Phase
from protocol.socket import ConsultationChanged, OfferRang
from tests.fakes.api import House
from tests.fakes.examples import DOCTOR, NOW, consultation, named, offer, person, row
from tests.services.conftest import Desk, link_of


def many(house: House, count: int) -> None:
    """One that waits for the clinic, then so many newer ones that are over."""
    mine = {"requester": person(DOCTOR)}
    house.page = 4
    house.add(consultation(row("old", Phase.AWAITING_INFORMATION, patient_name="石秋月", **mine)))
    for n in range(count):
        house.add(consultation(row(f"over {n}", Phase.RECEIVED, minutes=n + 1, **mine)))


def shown(doctor: Desk) -> list[object]:
    return [one.id for one in derive_work(doctor.state, NOW).mine.rows]


async def read(doctor: Desk) -> OwnCases:
    cases = OwnCases(doctor.session, doctor.api)
    doctor.session.apply(MineLoaded(await cases.read()))
    return cases


async def test_a_case_that_waits_for_the_clinic_is_there_however_old(
    doctor: Desk, house: House
) -> None:
    many(house, 9)
    await read(doctor)
    assert named("case old") in shown(doctor)
    assert len(shown(doctor)) == 5, "the newest four, and what is open"


async def test_few_cases_take_one_question(doctor: Desk, house: House) -> None:
    many(house, 2)
    await read(doctor)
    assert house.asked["consultations"] == 1


async def test_what_is_sought_is_found_here_at_once_and_at_the_server_then(
    doctor: Desk, house: House
) -> None:
    many(house, 9)
    mine = {"patient_name": "石磊", "requester": person(DOCTOR)}
    ended = consultation(row("ended", Phase.RECEIVED, **mine))
    house.cases = {ended.summary.id: ended, **house.cases}
    cases = await read(doctor)
    steps: list[tuple[Load, int]] = []
    doctor.session.changed.connect(
        lambda state: steps.append(
            (state.queue.search.found.load, len(derive_work(state, NOW).mine.rows))
        )
    )
    await cases.seek("石", CaseFilter.ALL)
    assert steps == [(Load.LOADING, 1), (Load.READY, 2)]
    await cases.seek("石", CaseFilter.OPEN)
    assert shown(doctor) == [named("case old")]
    await cases.seek("石", CaseFilter.ENDED)
    assert shown(doctor) == [named("case ended")]
    await cases.seek("", CaseFilter.ALL)
    assert len(shown(doctor)) == 5


async def test_without_network_what_is_here_is_searched_and_the_rest_is_said(
    doctor: Desk, house: House
) -> None:
    many(house, 9)
    cases = await read(doctor)
    house.online = False
    await cases.seek("石", CaseFilter.ALL)
    assert shown(doctor) == [named("case old")]
    await cases.seek("nobody", CaseFilter.ALL)
    assert derive_work(doctor.state, NOW).mine.load is Load.FAILED


async def test_an_answer_to_what_was_sought_before_changes_nothing(
    doctor: Desk, house: House
) -> None:
    many(house, 9)
    cases = await read(doctor)
    await cases.seek("石", CaseFilter.ALL)
    house.online = False
    await cases.seek("何", CaseFilter.ALL)
    assert doctor.state.queue.search.text == "何"
    assert named("case old") not in shown(doctor)


async def test_what_is_told_while_the_list_is_on_its_way_stays(
    specialist: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list was made before; what came after it was made must not go with it."""
    link, new, ringing = link_of(specialist), row("new", Phase.READING), offer("rings")
    read = specialist.api.consultations

    async def late(*asked: Any, **more: Any) -> ConsultationPage:
        page = await read(*asked, **more)
        link.received(ConsultationChanged(seq=1, at=NOW, consultation=new))
        link.received(OfferRang(seq=2, at=NOW, offer=ringing))
        return page

    monkeypatch.setattr(specialist.api, "consultations", late)
    await link.refresh()
    assert [one.id for one in specialist.state.queue.mine.items] == [new.id]
    assert [one.id for one in specialist.state.queue.offers] == [ringing.id]
