"""What the window believes of intake: facts only; late answers to old questions are dropped."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from app.net.studies import FoundStudy
from app.session.intake import (
    Intake,
    IntakeLost,
    IntakeTold,
    PacsSearch,
    PreviewBegun,
    PreviewEnded,
    RetrieveBegun,
    SearchBegun,
    StudySought,
    TestBegun,
    reduce_intake,
)
from app.session.queue import Load
from app.transfer.intake_messages import (
    InboxState,
    JobEnded,
    Looked,
    PacsAnswered,
    PacsProblem,
    RetrieveProgress,
)

NOW = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
FOUND = FoundStudy(
    study_instance_uid="1.2.3",
    patient_name="何^小溪",
    patient_id="QS-2026-0042",
    birth_date="19580402",
    sex="F",
    study_date="20261126",
    accession_number="A1",
    description="",
    modalities="CT",
    images=180,
)


ARCHIVES = ((uuid4(), uuid4()), (uuid4(), uuid4()))
"""Jobs, and whom they ask."""


def test_an_empty_inbox_is_known_only_once_it_was_told() -> None:
    assert Intake().load is Load.LOADING
    assert reduce_intake(Intake(), IntakeTold(InboxState(studies=()))).load is Load.READY


def test_the_answer_to_an_earlier_search_is_not_shown_for_the_present_one() -> None:
    old, new, pacs = uuid4(), uuid4(), uuid4()
    intake = reduce_intake(Intake(), SearchBegun(old, pacs))
    intake = reduce_intake(intake, SearchBegun(new, pacs))
    late = reduce_intake(intake, IntakeTold(PacsAnswered(job=old, studies=(FOUND,))))
    assert (late.search.studies, late.search.load) == ((), Load.LOADING)
    answered = reduce_intake(late, IntakeTold(PacsAnswered(job=new, studies=(FOUND,))))
    assert (answered.search.studies, answered.search.load) == ((FOUND,), Load.READY)


def sought(*answers: PacsAnswered) -> PacsSearch:
    """Of two archives that were asked at once: jobs 0 and 1."""
    intake = reduce_intake(Intake(), StudySought(FOUND.study_instance_uid, tuple(ARCHIVES)))
    for one in answers:
        intake = reduce_intake(intake, IntakeTold(one))
    return intake.search


def test_a_study_is_sought_everywhere_and_the_first_that_has_it_holds() -> None:
    other = FoundStudy("9.9.9")
    (first, _), (second, vna) = ARCHIVES
    passed_over = PacsAnswered(job=first, studies=(other,))
    has_it = PacsAnswered(job=second, studies=(other, FOUND))
    assert sought(passed_over).load is Load.LOADING
    for answers in ((passed_over, has_it), (has_it, passed_over)):
        found = sought(*answers)
        assert (found.load, found.studies, found.pacs_id) == (Load.READY, (FOUND,), vna)


def test_that_no_archive_has_a_study_is_said_only_when_all_have_answered() -> None:
    (first, his), (second, _) = ARCHIVES
    nothing = PacsAnswered(job=second)
    away = PacsAnswered(job=first, problem=PacsProblem.UNREACHABLE)
    assert sought(nothing).load is Load.LOADING
    assert sought(nothing, PacsAnswered(job=first)).load is Load.READY
    failed = sought(nothing, away)
    assert (failed.load, failed.silent) == (Load.FAILED, ((his, PacsProblem.UNREACHABLE),))


def test_a_second_attempt_at_a_study_takes_the_place_of_the_first() -> None:
    first, second = uuid4(), uuid4()
    intake = reduce_intake(Intake(), RetrieveBegun(first, "1.2.3", 180))
    told = RetrieveProgress(
        job=first, study_instance_uid="1.2.3", arrived=127, expected=180, ended=True
    )
    intake = reduce_intake(intake, IntakeTold(told))
    intake = reduce_intake(intake, RetrieveBegun(second, "1.2.3", 180))
    assert [(one.job, one.ended) for one in intake.retrieves] == [(second, False)]


def test_a_preview_that_was_closed_does_not_come_back_with_a_late_answer() -> None:
    job = uuid4()
    intake = reduce_intake(Intake(), PreviewBegun(job, (Path("disc"),), None))
    intake = reduce_intake(intake, PreviewEnded())
    late = IntakeTold(Looked(job=job, done=1, total=1, ended=True))
    assert reduce_intake(intake, late).preview is None


def test_a_test_and_a_copying_of_files_are_told_apart() -> None:
    job, other = uuid4(), uuid4()
    intake = reduce_intake(Intake(), TestBegun(job, uuid4()))
    intake = reduce_intake(intake, IntakeTold(JobEnded(job=other, taken=3)))
    assert intake.test is not None
    assert intake.test.ended is None
    assert intake.copied is not None
    ended = JobEnded(job=job, problem=PacsProblem.UNREACHABLE)
    intake = reduce_intake(intake, IntakeTold(ended))
    assert intake.test is not None
    assert intake.test.ended == ended


def test_when_the_process_dies_nothing_is_shown_as_still_running() -> None:
    pacs = uuid4()
    intake = reduce_intake(Intake(), SearchBegun(uuid4(), pacs))
    intake = reduce_intake(intake, RetrieveBegun(uuid4(), "1.2.3", 180))
    intake = reduce_intake(intake, PreviewBegun(uuid4(), (Path("disc"),), None))
    intake = reduce_intake(intake, TestBegun(uuid4(), pacs))
    lost = reduce_intake(intake, IntakeLost())
    assert lost.search.load is Load.FAILED
    assert [(one.ended, one.problem) for one in lost.retrieves] == [(True, PacsProblem.UNEXPECTED)]
    assert lost.preview is None
    assert lost.test is not None
    assert lost.test.ended is not None
    assert lost.test.ended.problem is PacsProblem.UNEXPECTED
    assert not lost.state.listening
