"""What somebody wrote and did not sign is offered to the next expert, and not theirs by itself."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from protocol import paths
from protocol.base import new_id
from protocol.consultation import Phase
from protocol.report import Opinion
from server.domain.drafts import Draft, Drafts, drafts_for
from tests.server.held_case import EXPERT, NOW, held
from tests.server.in_process import InProcess, TownWithin
from tests.server.people import Someone, Valley, make_valley, submitted_case
from tests.server.signing import OPINION, report_of, signed, signing_key

WORDS = Opinion(findings="右下叶实性结节")


@pytest.fixture
def valley(kept_server: InProcess, within: TownWithin) -> Iterator[Valley]:
    made = make_valley(within)
    kept_server.connect(made.expert)
    yield made
    kept_server.disconnect(made.expert)


def begin(expert: Someone, case_id: str) -> None:
    expert.take(case_id)
    for action in ("accept", "start_reading", "start_draft"):
        assert expert.act(case_id, action).status_code == 200


def write(expert: Someone, case_id: str, **opinion: str) -> None:
    body = {**expert.claim[case_id], "opinion": {**OPINION, **opinion}}
    assert expert.send("PUT", paths.OPINION, body, consultation_id=case_id).status_code == 200


def drafts(expert: Someone, case_id: str) -> tuple[str, str | None, str | None]:
    """The findings of the holder's own, those of before, and whose these are."""
    draft: dict[str, Any] = expert.get(paths.OPINION, consultation_id=case_id)
    before = draft["before"]
    if before is None:
        return draft["opinion"]["findings"], None, None
    author = before["author"]
    assert author["institution_name"]
    return draft["opinion"]["findings"], before["opinion"]["findings"], author["display_name"]


def test_who_takes_a_case_over_starts_empty_and_is_offered_the_draft_of_before(
    kept_server: InProcess, valley: Valley
) -> None:
    first, second = valley.expert, valley.another_expert("王专家")
    case_id = submitted_case(valley)
    begin(first, case_id)
    write(first, case_id, findings="右下叶实性结节")
    desk = valley.town.person("dispatcher", institution=valley.hospital)
    assert desk.act(case_id, "release", reason="失联").status_code == 200
    begin(second, case_id)
    name = first.get(paths.ME)["display_name"]
    assert drafts(second, case_id) == ("", "右下叶实性结节", name)
    write(second, case_id, findings="未见结节")
    assert drafts(second, case_id) == ("未见结节", "右下叶实性结节", name)
    second.act(case_id, "release", reason="手术")
    begin(first, case_id)
    assert drafts(first, case_id) == ("右下叶实性结节", "未见结节", "王专家"), "nothing is lost"
    report = report_of(first, case_id, signed_at=kept_server.clock.now())
    answer = signed(first, case_id, report, signing_key(first))
    assert answer.is_success, answer.text
    assert drafts(first, case_id)[1:] == (None, None), "what is signed is the signer's"


@pytest.mark.parametrize(("minutes", "own"), [(1, True), (-1, False)])
def test_a_draft_of_an_earlier_version_is_whose_claim_it_was_written_under(
    minutes: int, own: bool
) -> None:
    case = held(Phase.DRAFTING, claimed_at=NOW)
    draft = Draft(author_id=None, saved_at=NOW + timedelta(minutes=minutes), opinion=WORDS)
    found = drafts_for(case, draft, None)
    assert found == (Drafts(WORDS, draft.saved_at) if own else Drafts(before=draft))


def test_an_empty_draft_of_before_is_nothing_to_take_over() -> None:
    case = held(Phase.DRAFTING, claimed_at=NOW)
    empty = Draft(author_id=new_id(), saved_at=NOW, opinion=Opinion())
    earlier = Draft(author_id=new_id(), saved_at=NOW, opinion=WORDS)
    assert drafts_for(case, empty, earlier) == Drafts(before=earlier)
    mine = Draft(author_id=EXPERT.id, saved_at=NOW, opinion=Opinion())
    assert drafts_for(case, mine, None) == Drafts(saved_at=NOW)
