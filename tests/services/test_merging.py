"""A draft that two computers changed loses nothing of either."""

from app.services.merging import merged
from app.session.case import Saved
from app.session.notices import Good
from protocol.consultation import CaseContent, SaveCase, Urgency
from tests.fakes.api import House
from tests.fakes.examples import DOCTOR, content
from tests.services.conftest import Desk, SitDown

BASE = CaseContent(history="Cough for three weeks", findings="Fever")


def but(**changed: object) -> CaseContent:
    return BASE.model_copy(update=changed)


def test_what_only_one_changed_is_that_ones() -> None:
    made, both = merged(BASE, but(findings="No fever"), but(urgency=Urgency.URGENT))
    assert (made.findings, made.urgency, made.history) == (
        "No fever",
        Urgency.URGENT,
        "Cough for three weeks",
    )
    assert not both


def test_texts_that_both_changed_stand_below_each_other() -> None:
    made, both = merged(BASE, but(history="Cough, mine"), but(history="Cough, theirs"))
    assert made.history == "Cough, theirs\n\nCough, mine"
    assert both


def test_the_same_change_is_no_conflict() -> None:
    made, both = merged(BASE, but(findings="Rash"), but(findings="Rash"))
    assert (made.findings, both) == ("Rash", False)


def test_words_that_went_on_from_the_others_are_not_doubled() -> None:
    made, _ = merged(BASE, but(history="Cough, and more"), but(history="Cough"))
    assert made.history == "Cough, and more"


async def test_a_draft_kept_here_does_not_overwrite_what_another_computer_wrote(
    doctor: Desk, house: House, sit_down: SitDown
) -> None:
    id_ = await doctor.cases.new_case()
    await doctor.cases.edit(content(history="Known to both"))
    house.online = False
    await doctor.cases.edit(content(history="Known to both", findings="Written offline"))
    house.online = True
    there = await doctor.api.consultation(id_)
    changed = content(history="ANAPHYLAXIS to contrast medium 2019")
    await doctor.api.save_case(id_, SaveCase(version=there.summary.version, content=changed))
    again = sit_down(DOCTOR)
    await again.cases.send_kept()
    kept = house.cases[id_].content
    assert kept.history == "ANAPHYLAXIS to contrast medium 2019"
    assert kept.findings == "Written offline"


async def test_who_wrote_at_the_same_time_is_told_that_both_texts_are_there(
    doctor: Desk, house: House
) -> None:
    id_ = await doctor.cases.new_case()
    await doctor.cases.edit(content(history="First words"))
    there = await doctor.api.consultation(id_)
    changed = content(history="Words of another computer")
    await doctor.api.save_case(id_, SaveCase(version=there.summary.version, content=changed))
    await doctor.cases.edit(content(history="Words of this one"))
    assert house.cases[id_].content.history == "Words of another computer\n\nWords of this one"
    assert Good.DRAFT_MERGED in doctor.told()
    assert doctor.case.content.history == house.cases[id_].content.history
    assert doctor.case.content_saved is Saved.SERVER
