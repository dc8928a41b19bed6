"""What may be done to the open case, and what stands between its two sides."""

from app.models.ask_items import ask_items
from app.models.case_actions import derive_case_actions
from app.models.news import news_words
from app.session.case import Case, CaseOpened, ClaimHeld
from app.session.case_action import ItemAnswer, answer_line, answers_to
from app.session.notices import News
from protocol.consultation import Action, Phase
from tests.fakes.examples import CASE, NOW, consultation, content, person, row
from tests.models.test_derived import after
from tests.views.facts import CLAIM, EVERYBODY, online


def offered(*, claim: bool) -> tuple[Action, ...]:
    case = consultation(
        row(phase=Phase.READING, expert=person(EVERYBODY)), allowed_actions=(Action.RELEASE,)
    )
    held = (ClaimHeld(CASE, CLAIM),) if claim else ()
    props = derive_case_actions(
        after(*online(), CaseOpened(Case(case, content=content())), *held), NOW
    )
    assert props is not None
    return tuple(entry.action for entry in props.entries)


def test_giving_back_is_offered_to_the_holder_alone() -> None:
    assert offered(claim=True) == (Action.RELEASE,)
    assert offered(claim=False) == ()


def test_a_report_can_be_amended_after_its_claim_has_ended() -> None:
    case = consultation(
        row(phase=Phase.SIGNED, expert=person(EVERYBODY)), allowed_actions=(Action.AMEND,)
    )
    props = derive_case_actions(after(*online(), CaseOpened(Case(case, content=content()))), NOW)
    assert props is not None
    assert [entry.action for entry in props.entries] == [Action.AMEND]


def test_each_line_asks_for_its_own_things_first_and_every_line_for_history() -> None:
    radiology, heart = ask_items("放射科"), ask_items("心血管内科")
    assert "slices" in radiology[0]
    assert "ECG" in heart[0]
    assert set(ask_items("皮肤科")) == set(radiology) & set(heart)


def test_an_answer_reads_as_words_or_as_a_tick_and_fits_the_message() -> None:
    assert answer_line(ItemAnswer("血常规", done=True, text=" WBC 6.1 ")) == "血常规: WBC 6.1"
    assert answer_line(ItemAnswer("薄层CT", done=True)) == "薄层CT ✓"
    long = answer_line(ItemAnswer("长" * 200, text="答" * 100))
    assert len(long) == 200
    assert long.endswith("…: " + "答" * 100)


def test_answers_follow_what_is_asked_and_keep_what_was_answered() -> None:
    known = (ItemAnswer("b", done=True), ItemAnswer("gone", text="x"))
    assert answers_to(("a", "b", "a"), known) == (ItemAnswer("a"), ItemAnswer("b", done=True))


def test_all_news_have_words() -> None:
    assert set(news_words()) == set(News)
