"""What is said of images on their way: never an unfinished study that looks whole."""

from dataclasses import replace
from datetime import datetime

from app.models.fetching import FetchProps, derive_fetching
from app.session.fetching import (
    FetchBegan,
    FetchFact,
    FetchResumed,
    FetchStopped,
    FetchTold,
    StudyFetch,
)
from app.session.link import LinkPhase
from app.session.state import State, reduce


def after(*facts: FetchFact) -> State:
    state = State()
    state = replace(state, link=replace(state.link, phase=LinkPhase.ONLINE))
    for fact in facts:
        state = reduce(state, fact)
    return state


def test_counts_speed_and_time_left_of_all_studies_together() -> None:
    first = StudyFetch("1", total=60, arrived=7, bytes_per_second=400_000, bytes_left=28e6)
    second = StudyFetch("2", total=20, arrived=20)
    props = derive_fetching(after(FetchTold(first), FetchTold(second)))
    assert props.text == "Images: 27 of 80 · 391 KB/s · 1 min left"
    assert (props.done, props.total, props.stopped) == (27, 80, False)


def test_studies_that_share_the_line_end_together() -> None:
    shared = [
        StudyFetch(uid, total=60, arrived=7, bytes_per_second=2e5, bytes_left=3.4e6)
        for uid in ("1", "2")
    ]
    props = derive_fetching(after(*(FetchTold(one) for one in shared)))
    assert props.text == "Images: 14 of 120 · 391 KB/s · 17 s left"


def test_what_nobody_knows_yet_is_not_said() -> None:
    props = derive_fetching(after(FetchTold(StudyFetch("1", total=60))))
    assert props.text == "Images: 0 of 60 · the study is incomplete"


def test_nothing_is_said_of_studies_that_are_whole() -> None:
    assert derive_fetching(after(FetchTold(StudyFetch("1", 60, 60)))) == FetchProps()


def test_what_an_edge_lists_without_its_centre_is_never_taken_for_whole() -> None:
    at = datetime(2026, 11, 29, 10, 42).astimezone()
    known = StudyFetch("1", 60, 60, without_centre=True, as_of=at)
    props = derive_fetching(after(FetchTold(known)))
    assert props.text == "Images: 60 of 60 · as of 10:42, without the centre: more may exist"
    assert props.stopped, "the list can be asked for again"
    assert props.incomplete
    alone = StudyFetch("1", 2, 2, without_centre=True)
    assert "only what waits here" in derive_fetching(after(FetchTold(alone))).text
    coming = derive_fetching(after(FetchTold(replace(known, arrived=7))))
    assert "as of 10:42" in coming.text
    assert not coming.stopped


def test_a_stop_is_said_and_undone() -> None:
    told = FetchTold(StudyFetch("1", total=60, arrived=7, bytes_per_second=1e6, bytes_left=3e6))
    stopped = derive_fetching(after(told, FetchStopped()))
    assert stopped.text == "Images: 7 of 60 · stopped, the study is incomplete"
    assert stopped.stopped
    assert not derive_fetching(after(told, FetchStopped(), FetchResumed())).stopped


def test_images_that_cannot_be_had_stay_said() -> None:
    props = derive_fetching(after(FetchTold(StudyFetch("1", total=60, arrived=58, failed=2))))
    assert props.text == "Images: 58 of 60 · 2 cannot be had now"
    assert props.incomplete
    assert props.stopped


def test_a_study_that_could_not_be_listed_is_not_passed_over() -> None:
    whole, unknown = StudyFetch("1", total=60, arrived=60), StudyFetch("2", 0, listed=False)
    props = derive_fetching(after(FetchTold(whole), FetchTold(unknown)))
    assert props.text == "Images: 60 of 60 · Studies whose images could not be listed: 1"
    assert (props.incomplete, props.stopped) == (True, True)
    alone = derive_fetching(after(FetchTold(unknown)))
    assert alone.text == "Studies whose images could not be listed: 1"


def test_without_the_network_it_waits() -> None:
    state = after(FetchTold(StudyFetch("1", total=60, arrived=7)))
    offline = replace(state, link=replace(state.link, phase=LinkPhase.CONNECTING))
    assert "waiting for the network" in derive_fetching(offline).text


def test_another_case_begins_anew() -> None:
    state = after(FetchTold(StudyFetch("1", total=60)), FetchStopped(), FetchBegan())
    assert derive_fetching(state) == FetchProps()
