"""Pictures of the viewer go into the report they were taken for, and are there for its readers."""

from uuid import UUID

import numpy as np
import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from app.imaging.png import png_bytes
from app.net.errors import Unreachable
from app.services.report_pictures import Taken
from app.session.case import CaseClosed, OpinionEdited
from protocol.report import MOST_PICTURES
from tests.fakes.api import PASSWORD, House
from tests.fakes.examples import CASE, opinion
from tests.services.conftest import Desk
from tests.services.test_papers import received
from tests.services.test_signing import written


def png(colour: str = "red") -> bytes:
    plain = QColor(colour)
    return png_bytes(np.full((6, 8, 3), (plain.red(), plain.green(), plain.blue()), np.uint8))


def taken(colour: str = "red") -> Taken:
    return Taken(png(colour), "2.25.1", "2.25.2", 1)


@pytest.fixture
async def writing(specialist: Desk, house: House, qapp: QApplication) -> tuple[Desk, UUID]:
    return specialist, await written(specialist, house)


async def test_it_is_sent_and_stands_below_what_is_written(writing: tuple[Desk, UUID]) -> None:
    desk, case_id = writing
    await desk.pictures.add(case_id, taken("red"))
    await desk.pictures.add(case_id, taken("blue"))
    first, second = desk.case.opinion.pictures
    assert desk.house.pictures[first.sha256] == png("red")
    assert second.sop_instance_uid == "2.25.2"
    assert desk.case.opinion.findings == opinion().findings
    assert desk.house.opinions[case_id].opinion == desk.case.opinion, "and is kept with the draft"
    assert desk.state.report_pictures.known[second.sha256] == png("blue")


async def test_the_same_picture_stands_there_once(writing: tuple[Desk, UUID]) -> None:
    desk, case_id = writing
    for _ in range(2):
        await desk.pictures.add(case_id, taken())
    assert len(desk.case.opinion.pictures) == 1


async def test_one_that_cannot_be_sent_is_not_in_the_report(
    writing: tuple[Desk, UUID], house: House
) -> None:
    desk, case_id = writing
    house.online = False
    with pytest.raises(Unreachable):
        await desk.pictures.add(case_id, taken())
    assert desk.case.opinion.pictures == ()
    assert not desk.state.report_pictures.taking


async def test_what_the_report_shows_already_is_not_sent_again(
    writing: tuple[Desk, UUID], house: House
) -> None:
    desk, case_id = writing
    await desk.pictures.add(case_id, taken())
    house.online = False
    await desk.pictures.add(case_id, taken())
    assert len(desk.case.opinion.pictures) == 1


async def test_words_typed_while_it_is_on_its_way_stay(
    writing: tuple[Desk, UUID], house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, case_id = writing

    async def meanwhile() -> None:
        edited = desk.case.opinion.model_copy(update={"findings": "另见胸膜凹陷征。"})
        desk.session.apply(OpinionEdited(CASE, edited))

    monkeypatch.setattr(house, "on_the_way", meanwhile)
    await desk.pictures.add(case_id, taken())
    assert desk.case.opinion.findings == "另见胸膜凹陷征。"
    assert len(desk.case.opinion.pictures) == 1


async def test_it_never_gets_into_another_case(
    writing: tuple[Desk, UUID], house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, case_id = writing

    async def meanwhile() -> None:
        desk.session.apply(CaseClosed())

    monkeypatch.setattr(house, "on_the_way", meanwhile)
    await desk.pictures.add(case_id, taken())
    assert desk.state.case is None


async def test_a_report_has_room_for_so_many(writing: tuple[Desk, UUID]) -> None:
    desk, case_id = writing
    await desk.pictures.add(case_id, taken())
    one = desk.case.opinion.pictures[0]
    full = tuple(one.model_copy(update={"sha256": f"{n:064x}"}) for n in range(MOST_PICTURES))
    desk.session.apply(OpinionEdited(CASE, opinion(pictures=full)))
    await desk.pictures.add(case_id, taken("blue"))
    assert desk.case.opinion.pictures == full


async def test_the_clinic_fetches_each_once_and_sees_which_are_lost(
    writing: tuple[Desk, UUID], house: House, doctor: Desk
) -> None:
    desk, case_id = writing
    for colour in ("red", "blue"):
        await desk.pictures.add(case_id, taken(colour))
    await desk.signing.sign(PASSWORD)
    first, second = house.reports[case_id].report.opinion.pictures
    del house.pictures[second.sha256]
    props = await received(doctor, house, case_id)
    assert [one.png for one in props.pictures] == [None, None], "not here yet"
    for _ in range(2):
        doctor.pictures.follow(doctor.state)
        await doctor.tasks.quiet()
    known = doctor.state.report_pictures.known
    assert known == {first.sha256: png("red"), second.sha256: None}
    assert house.asked["picture"] == 2


async def test_bytes_that_are_others_than_the_report_names_are_not_shown(
    writing: tuple[Desk, UUID], house: House, doctor: Desk
) -> None:
    desk, case_id = writing
    await desk.pictures.add(case_id, taken())
    await desk.signing.sign(PASSWORD)
    (one,) = house.reports[case_id].report.opinion.pictures
    house.pictures[one.sha256] = png("blue")
    await received(doctor, house, case_id)
    doctor.pictures.follow(doctor.state)
    await doctor.tasks.quiet()
    assert doctor.state.report_pictures.known == {one.sha256: None}


async def test_what_could_not_be_asked_for_is_asked_for_again(
    writing: tuple[Desk, UUID], house: House, doctor: Desk
) -> None:
    desk, case_id = writing
    await desk.pictures.add(case_id, taken())
    await desk.signing.sign(PASSWORD)
    await received(doctor, house, case_id)
    house.online = False
    doctor.pictures.follow(doctor.state)
    await doctor.tasks.quiet()
    assert doctor.state.report_pictures.known == {}
    house.online = True
    doctor.pictures.follow(doctor.state)
    await doctor.tasks.quiet()
    assert list(doctor.state.report_pictures.known.values()) == [png()]


async def test_nothing_of_them_stays_when_the_case_is_left(writing: tuple[Desk, UUID]) -> None:
    desk, case_id = writing
    await desk.pictures.add(case_id, taken())
    desk.session.apply(CaseClosed())
    assert desk.state.report_pictures.known == {}
