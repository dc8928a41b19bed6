"""The draft of who held the case before is offered, and told where it stands unchanged."""

from app.models.case_strip import StripStep
from app.models.taken_over import as_written_words
from app.models.workspace import derive_workspace
from protocol.report import EarlierDraft, Opinion, OpinionDraft
from tests.fakes.api import House
from tests.fakes.examples import NOW, consultation, opinion, person, row
from tests.services.conftest import Desk
from tests.services.test_amending import actions
from tests.services.test_expert import OTHER, open_


async def test_the_draft_of_before_is_nobodys_until_it_is_taken_over(
    specialist: Desk, house: House
) -> None:
    """What was taken over and stands unchanged is told before it is signed."""
    case = house.add(consultation(row()))
    wang = person(OTHER)
    before = EarlierDraft(author=wang, saved_at=NOW, opinion=opinion(findings="右下叶实性结节"))
    empty = OpinionDraft(opinion=Opinion(), saved_at=None, before=before)
    house.opinions[case.summary.id] = empty
    await specialist.expert.claim(case.summary.id)
    await open_(specialist, case.summary.id)
    assert specialist.case.opinion == Opinion()
    shown = derive_workspace(specialist.state, NOW)
    assert shown is not None
    (offer,) = (line for line in shown.strip if line.step is StripStep.TAKE_OVER)
    assert wang.display_name in offer.text
    await specialist.expert.edit_opinion(Opinion(impression="考虑良性"))
    await actions(specialist).take_over(case.summary.id)
    assert specialist.case.opinion.impression == "考虑良性", "own words stay"
    assert specialist.case.opinion.findings == "右下叶实性结节"
    told = as_written_words(specialist.case)
    assert wang.display_name in told
    assert "Findings" in told
    assert "Impression" not in told
    await specialist.expert.edit_opinion(
        specialist.case.opinion.model_copy(
            update={"findings": "右下叶磨玻璃结节", "recommendation": "三个月复查"}
        )
    )
    assert as_written_words(specialist.case) == ""
