"""The first picture of a study has the line to itself, and the others come right behind it."""

from uuid import UUID

from app.net.dicomweb import FoundInstance, FoundStudy, WithoutCentre
from app.transfer.fetched_study import NEAREST, FetchedStudy, FirstAlone
from app.transfer.messages import Fetch


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def opened(*, answered_after: float, took: float, size: int = 1000, pieces: int = 100) -> float:
    """When the others may begin, of an instance that comes evenly."""
    clock = Clock()
    first = FirstAlone(clock)
    first.asked()
    clock.now = answered_after
    first.told(size)
    for _ in range(pieces):
        clock.now += took / pieces
        first.count(size // pieces)
        if first.over.is_set():
            break
    return clock.now


def test_others_begin_when_their_first_bytes_come_behind_its_last() -> None:
    began = opened(answered_after=0.05, took=0.2)
    assert 0.25 - 2.1 * 0.05 < began < 0.25 - 0.05


def test_on_a_slow_line_they_wait_as_long_as_it_takes() -> None:
    assert opened(answered_after=0.1, took=2.0) > 1.8


def test_what_comes_at_once_with_the_answer_says_nothing_of_the_line() -> None:
    clock = Clock()
    first = FirstAlone(clock)
    first.asked()
    clock.now = 0.1
    first.told(1_000_000)
    first.count(60_000)
    assert not first.over.is_set()


def test_without_a_size_nobody_guesses() -> None:
    first = FirstAlone(Clock())
    first.asked()
    first.count(1000)
    assert not first.over.is_set()


# --- a list that comes in pages ---------------------------------------------------------------


def images(series: str, *numbers: int) -> tuple[FoundInstance, ...]:
    return tuple(
        FoundInstance(f"{series}.{number}", series, number, 1, "CT", "") for number in numbers
    )


def begun() -> FetchedStudy:
    return FetchedStudy(
        Fetch(
            consultation_id=UUID("0198e7c1-0000-7000-8000-000000000001"), study_instance_uid="1.2"
        )
    )


def test_a_study_is_never_as_small_as_the_part_of_it_that_is_listed() -> None:
    study = begun()
    told = study.listed(FoundStudy(images("7.1", 1, 2), next=2, total=5))
    assert (study.total, told.continued, study.next) == (5, False, 2)
    more = study.listed(FoundStudy(images("7.1", 2, 3, 4), next=None, total=5))
    assert [one.sop_instance_uid for one in more.instances] == ["7.1.3", "7.1.4"]
    assert more.continued
    assert (study.total, study.next) == (4, None), "what is listed to its end is counted"


def test_a_server_that_knows_no_paging_is_asked_once_more_and_no_oftener() -> None:
    study = begun()
    study.listed(FoundStudy(images("7.1", 1, 2), next=2))
    study.listed(FoundStudy(images("7.1", 1, 2), next=4))
    assert study.next is None


def test_series_of_a_later_page_are_seen_early_and_preferred_images_still_first() -> None:
    study = begun()
    study.add(images("7.1", 1, 2, 3))
    study.prefer(("7.1.3",))
    study.add((*images("7.1", 4), *images("7.2", 1, 2)))
    assert list(study.left) == ["7.1.3", "7.1.1", "7.2.1", "7.1.2", "7.1.4", "7.2.2"]


def test_one_of_each_series_comes_before_the_others() -> None:
    study = begun()
    study.add(image for series in ("7.1", "7.2", "7.3") for image in images(series, 1, 2))
    assert list(study.left) == ["7.1.1", "7.2.1", "7.3.1", "7.1.2", "7.2.2", "7.3.2"]


def test_somebody_who_reads_one_series_still_sees_something_of_the_others_soon() -> None:
    study = begun()
    study.add((*images("7.1", *range(1, 40)), *images("7.2", 1, 2)))
    study.fetched(images("7.1", 1)[0], 1000)
    study.prefer(tuple(f"7.1.{number}" for number in range(20, 40)))
    order = list(study.left)
    assert order[:NEAREST] == [f"7.1.{number}" for number in range(20, 20 + NEAREST)]
    assert order[NEAREST] == "7.2.1"
    assert order[NEAREST + 1] == f"7.1.{20 + NEAREST}"


def test_what_somebody_waits_for_is_taken_out_of_turn_once() -> None:
    study = begun()
    study.add(images("7.1", 1, 2, 3, 4))
    study.prefer(("7.1.3", "7.1.4"), "7.1.3")
    wanted = study.take_waited_for()
    assert wanted is not None
    assert wanted.sop_instance_uid == "7.1.3"
    assert study.take_waited_for() is None
    study.prefer(("7.1.2",))
    assert study.take_waited_for() is None, "it is only near"


def test_one_page_without_the_centre_makes_the_whole_list_so() -> None:
    study = begun()
    study.listed(FoundStudy(images("7.1", 1), WithoutCentre(None), next=1))
    study.listed(FoundStudy(images("7.1", 2)))
    assert study.progress().without_centre
