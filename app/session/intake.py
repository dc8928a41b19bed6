"""What has come in, what an archive answered, and what a preview has found."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import assert_never
from uuid import UUID

from app.net.studies import FoundStudy
from app.session.queue import Load
from app.store.intake_settings import IntakeSettings
from app.transfer.intake_messages import (
    ArchiveTold,
    InboxRow,
    InboxState,
    IntakeEvent,
    IntakeState,
    JobEnded,
    Looked,
    LostStudy,
    PacsAnswered,
    PacsProblem,
    RetrieveProgress,
)

MOST_RETRIEVES = 50


@dataclass(frozen=True, slots=True)
class PacsSearch:
    """The newest search; READY without studies where nobody has searched yet."""

    job: UUID | None = None
    pacs_id: UUID | None = None
    load: Load = Load.READY
    asked: bool = False
    studies: tuple[FoundStudy, ...] = ()
    limited: bool = False
    unread: int = 0
    problem: PacsProblem | None = None
    status: int = 0
    name: str = field(default="", repr=False)
    """What was asked for as the patient's name."""
    sought: str = ""
    """The study that all archives are asked for; the first that has it is `pacs_id`."""
    asking: tuple[tuple[UUID, UUID], ...] = ()
    """Job and archive of those that have not answered."""
    silent: tuple[tuple[UUID, PacsProblem], ...] = ()
    """Archives that gave no answer, and why."""


@dataclass(frozen=True, slots=True)
class Preview:
    """Files that somebody has chosen; `for_case` is where they go, None: to the inbox."""

    job: UUID
    paths: tuple[Path, ...]
    for_case: UUID | None
    found: Looked | None = None


@dataclass(frozen=True, slots=True)
class PacsTest:
    job: UUID
    pacs_id: UUID
    ended: JobEnded | None = None


@dataclass(frozen=True, slots=True)
class Intake:
    load: Load = Load.LOADING
    studies: tuple[InboxRow, ...] = ()
    lost: tuple[LostStudy, ...] = ()
    refused: tuple[tuple[str, int], ...] = ()
    """Images that were not taken and whose study is not here, by their sender."""
    state: IntakeState = IntakeState(listening=False)
    settings: IntakeSettings = IntakeSettings()
    search: PacsSearch = PacsSearch()
    retrieves: tuple[RetrieveProgress, ...] = ()
    preview: Preview | None = None
    test: PacsTest | None = None
    copied: JobEnded | None = None
    """How the newest copying of files into the inbox ended."""
    to_archive: tuple[ArchiveTold, ...] = ()
    """Reports that an archive has not taken yet, and why."""


@dataclass(frozen=True, slots=True)
class IntakeTold:
    """The transfer process tells something."""

    event: IntakeEvent


@dataclass(frozen=True, slots=True)
class IntakeConfigured:
    settings: IntakeSettings


@dataclass(frozen=True, slots=True)
class SearchBegun:
    job: UUID
    pacs_id: UUID
    name: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class StudySought:
    """In all archives at once: `asking` as of `PacsSearch`."""

    study_instance_uid: str
    asking: tuple[tuple[UUID, UUID], ...]


@dataclass(frozen=True, slots=True)
class RetrieveBegun:
    job: UUID
    study_instance_uid: str
    images: int | None


@dataclass(frozen=True, slots=True)
class PreviewBegun:
    job: UUID
    paths: tuple[Path, ...]
    for_case: UUID | None


@dataclass(frozen=True, slots=True)
class PreviewEnded:
    """Taken, or not wanted."""


@dataclass(frozen=True, slots=True)
class TestBegun:
    __test__ = False
    job: UUID
    pacs_id: UUID


@dataclass(frozen=True, slots=True)
class IntakeLost:
    """The transfer process died: what it was doing has ended."""


IntakeFact = (
    IntakeTold
    | IntakeConfigured
    | SearchBegun
    | StudySought
    | RetrieveBegun
    | PreviewBegun
    | PreviewEnded
    | TestBegun
    | IntakeLost
)


def reduce_intake(intake: Intake, fact: IntakeFact) -> Intake:
    match fact:
        case IntakeTold(event):
            return _told(intake, event)
        case IntakeConfigured(settings):
            return replace(intake, settings=settings)
        case SearchBegun(job, pacs_id, name):
            search = PacsSearch(job, pacs_id, load=Load.LOADING, asked=True, name=name)
            return replace(intake, search=search)
        case StudySought(uid, asking):
            search = PacsSearch(load=Load.LOADING, asked=True, sought=uid, asking=asking)
            return replace(intake, search=search)
        case RetrieveBegun(job, uid, images):
            begun = RetrieveProgress(job=job, study_instance_uid=uid, arrived=0, expected=images)
            return replace(intake, retrieves=_with(intake.retrieves, begun))
        case PreviewBegun(job, paths, for_case):
            return replace(intake, preview=Preview(job, paths, for_case))
        case PreviewEnded():
            return replace(intake, preview=None)
        case TestBegun(job, pacs_id):
            return replace(intake, test=PacsTest(job, pacs_id))
        case IntakeLost():
            return _lost(intake)
        case _:
            assert_never(fact)


def _told(intake: Intake, event: IntakeEvent) -> Intake:
    match event:
        case InboxState():
            return replace(
                intake,
                studies=event.studies,
                lost=event.lost,
                refused=event.refused,
                load=Load.READY,
            )
        case IntakeState():
            return replace(intake, state=event)
        case JobEnded():
            if intake.test is not None and intake.test.job == event.job:
                return replace(intake, test=replace(intake.test, ended=event))
            return replace(intake, copied=event)
        case ArchiveTold():
            others = tuple(one for one in intake.to_archive if one.entry.id != event.entry.id)
            failed = (event,) if event.problem is not None else ()
            return replace(intake, to_archive=(*others, *failed))
        case PacsAnswered():
            return replace(intake, search=_answered(intake.search, event))
        case RetrieveProgress():
            return replace(intake, retrieves=_with(intake.retrieves, event))
        case Looked():
            preview = intake.preview
            if preview is None or preview.job != event.job:
                return intake  # of files nobody waits for any more
            return replace(intake, preview=replace(preview, found=event))
        case _:
            assert_never(event)


def _answered(search: PacsSearch, answer: PacsAnswered) -> PacsSearch:
    if (archive := dict(search.asking).get(answer.job)) is not None:
        return _one_of_all(search, answer, archive)
    if answer.job != search.job:
        return search  # the answer to an earlier question
    return replace(
        search,
        load=Load.FAILED if answer.problem is not None else Load.READY,
        studies=answer.studies,
        limited=answer.limited,
        unread=answer.unread,
        problem=answer.problem,
        status=answer.status,
    )


def _one_of_all(search: PacsSearch, answer: PacsAnswered, archive: UUID) -> PacsSearch:
    """Nobody waits for the others once it is found; where none has it, all must have answered. An
    archive that passes over what it is asked for has not found it."""
    asking = tuple(one for one in search.asking if one[0] != answer.job)
    found = tuple(one for one in answer.studies if one.study_instance_uid == search.sought)
    if found:
        return replace(search, asking=(), pacs_id=archive, studies=found, load=Load.READY)
    silent = search.silent
    if answer.problem is not None:
        silent = (*silent, (archive, answer.problem))
    if asking:
        return replace(search, asking=asking, silent=silent)
    load = Load.FAILED if silent else Load.READY
    problem = silent[0][1] if silent else None
    return replace(search, asking=(), silent=silent, load=load, problem=problem)


def _with(
    retrieves: tuple[RetrieveProgress, ...], told: RetrieveProgress
) -> tuple[RetrieveProgress, ...]:
    """One row a study: a second attempt takes the place of the first."""
    uid = told.study_instance_uid
    if any(one.study_instance_uid == uid for one in retrieves):
        return tuple(told if one.study_instance_uid == uid else one for one in retrieves)
    return (*retrieves, told)[-MOST_RETRIEVES:]


def _lost(intake: Intake) -> Intake:
    problem = PacsProblem.UNEXPECTED
    search, preview, test = intake.search, intake.preview, intake.test
    if test is not None and test.ended is None:
        test = replace(test, ended=JobEnded(job=test.job, problem=problem))
    if search.load is Load.LOADING:
        search = replace(search, load=Load.FAILED, problem=problem, asking=())
    retrieves = tuple(
        one if one.ended else one.model_copy(update={"ended": True, "problem": problem})
        for one in intake.retrieves
    )
    state = IntakeState(listening=False)
    if preview is not None and (preview.found is None or not preview.found.ended):
        preview = None
    return replace(
        intake, search=search, retrieves=retrieves, preview=preview, state=state, test=test
    )
