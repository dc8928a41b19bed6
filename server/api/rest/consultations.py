"""Consultations, queue, claim, images of a case, opinion, report, chat and call."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, Response
from pydantic import TypeAdapter

from protocol import paths
from protocol.board import Board
from protocol.call import CallState
from protocol.chat import ChatMessage
from protocol.consultation import (
    Consultation,
    ConsultationPage,
    CreateConsultation,
    SaveCase,
    Status,
    TimelineEvent,
)
from protocol.imaging import StudyManifest, StudyProgress
from protocol.library import LibraryEntry, LibraryPage
from protocol.queue import Candidate, Claim, Heartbeat, Lease, Offer
from protocol.report import LearningFlag, OpinionDraft, SaveOpinion, SignedReport, SignReport
from protocol.transition import IDEMPOTENCY_KEY, Transition
from protocol.waiting import WaitingPlaces
from server.api.rest import examples
from server.api.rest.wire import (
    HouseDep,
    UploaderDep,
    WhoDep,
    answer,
    answer_list,
    body_of,
    no_content,
    takes,
)

router = APIRouter(tags=["consultations"])
_EVENTS = TypeAdapter(list[TimelineEvent])
_OFFERS = TypeAdapter(list[Offer])
_CANDIDATES = TypeAdapter(list[Candidate])
_PROGRESS = TypeAdapter(list[StudyProgress])
_MESSAGES = TypeAdapter(list[ChatMessage])

Limit = Annotated[int, Query(ge=1, le=200)]
Text = Annotated[str, Query(max_length=200)]


@router.get(paths.CONSULTATIONS, response_model=ConsultationPage)
async def worklist(
    who: WhoDep,
    house: HouseDep,
    status: Status | None = None,
    q: Text = "",
    after: Text | None = None,
    limit: Limit = 50,
) -> Response:
    """The cases the asker has a part in, newest first."""
    return answer(
        await house.desk.worklist(who, status=status, text=q.strip(), after=after, limit=limit)
    )


@router.post(
    paths.CONSULTATIONS,
    response_model=Consultation,
    status_code=201,
    openapi_extra=takes(CreateConsultation, examples.CREATE),
)
async def create(
    body: Annotated[CreateConsultation, Depends(body_of(CreateConsultation))],
    who: WhoDep,
    house: HouseDep,
) -> Response:
    """Opens a draft; the same id again answers the same draft."""
    return answer(await house.desk.create(who, body), 201)


@router.get(paths.QUEUE, response_model=ConsultationPage)
async def queue(who: WhoDep, house: HouseDep) -> Response:
    """What the asker may claim: the first 200 in queue order."""
    return answer(await house.pulling.queue(who))


@router.get(paths.WAITING, response_model=WaitingPlaces)
async def waiting(who: WhoDep, house: HouseDep) -> Response:
    """Where the asker's own waiting cases stand, and when an expert is expected."""
    return answer(await house.waiting.of(who))


@router.get(paths.BOARD, response_model=Board)
async def board(who: WhoDep, house: HouseDep) -> Response:
    """Every open case with its clocks and rings, every expert with presence and load."""
    return answer(await house.board.board(who))


@router.get(paths.OFFERS, response_model=list[Offer])
async def offers(who: WhoDep, house: HouseDep) -> Response:
    """What rings the asker now."""
    return answer_list(_OFFERS, await house.desk.offers(who))


@router.get(paths.CONSULTATION, response_model=Consultation)
async def consultation(consultation_id: UUID, who: WhoDep, house: HouseDep) -> Response:
    return answer(await house.desk.view(who, consultation_id))


@router.put(
    paths.CASE, response_model=Consultation, openapi_extra=takes(SaveCase, examples.SAVE_CASE)
)
async def save_case(
    consultation_id: UUID,
    body: Annotated[SaveCase, Depends(body_of(SaveCase))],
    who: WhoDep,
    house: HouseDep,
) -> Response:
    """Replaces the content of a draft; 409 `stale_version` when it has changed meanwhile."""
    return answer(await house.desk.save(who, consultation_id, body))


@router.get(paths.TIMELINE, response_model=list[TimelineEvent])
async def timeline(consultation_id: UUID, who: WhoDep, house: HouseDep) -> Response:
    return answer_list(_EVENTS, await house.desk.timeline(who, consultation_id))


@router.post(
    paths.TRANSITIONS,
    response_model=Consultation,
    openapi_extra=takes(Transition, {"action": "submit"}),
)
async def transition(
    consultation_id: UUID,
    body: Annotated[Transition, Depends(body_of(Transition))],
    who: WhoDep,
    house: HouseDep,
    key: Annotated[UUID | None, Header(alias=IDEMPOTENCY_KEY)] = None,
) -> Response:
    """One action of the transition table; asked for again under the same key it does nothing, and
    answers the case as it is."""
    return answer(await house.desk.transition(who, consultation_id, body, key))


@router.post(paths.CLAIM, response_model=Claim)
async def claim(consultation_id: UUID, who: WhoDep, house: HouseDep) -> Response:
    """Takes a case; 409 `claim_lost` names who was first."""
    return answer(await house.desk.claim(who, consultation_id))


@router.post(paths.HEARTBEAT, response_model=Lease, openapi_extra=takes(Heartbeat))
async def heartbeat(
    consultation_id: UUID,
    body: Annotated[Heartbeat, Depends(body_of(Heartbeat))],
    who: WhoDep,
    house: HouseDep,
) -> Response:
    """Renews the lease; 409 `stale_fence` when somebody else holds the case."""
    return answer(await house.desk.heartbeat(who, consultation_id, body))


@router.get(paths.CANDIDATES, response_model=list[Candidate])
async def candidates(consultation_id: UUID, who: WhoDep, house: HouseDep) -> Response:
    """Every expert with the terms of the score, or why not."""
    return answer_list(_CANDIDATES, await house.desk.candidates(who, consultation_id))


@router.get(paths.STUDIES, response_model=list[StudyProgress])
async def studies(consultation_id: UUID, caller: UploaderDep, house: HouseDep) -> Response:
    return answer_list(_PROGRESS, await house.studies.progress(caller.who, consultation_id))


@router.put(
    paths.STUDY,
    response_model=StudyProgress,
    openapi_extra=takes(StudyManifest, examples.MANIFEST),
)
async def declare_study(
    consultation_id: UUID,
    study_instance_uid: str,
    caller: UploaderDep,  # before the body: nobody else may send a large one
    body: Annotated[StudyManifest, Depends(body_of(StudyManifest, listing=True))],
    house: HouseDep,
) -> Response:
    """Declares what will be sent; answers what is already there."""
    return answer(
        await house.studies.declare(caller.who, consultation_id, study_instance_uid, body)
    )


@router.delete(paths.STUDY, status_code=204)
async def withdraw_study(
    consultation_id: UUID, study_instance_uid: str, caller: UploaderDep, house: HouseDep
) -> Response:
    """Takes a study out of a draft."""
    await house.studies.withdraw(caller.who, consultation_id, study_instance_uid)
    return no_content()


@router.get(paths.OPINION, response_model=OpinionDraft)
async def opinion(consultation_id: UUID, who: WhoDep, house: HouseDep) -> Response:
    return answer(await house.reporting.opinion(who, consultation_id))


@router.put(paths.OPINION, response_model=OpinionDraft, openapi_extra=takes(SaveOpinion))
async def save_opinion(
    consultation_id: UUID,
    body: Annotated[SaveOpinion, Depends(body_of(SaveOpinion))],
    who: WhoDep,
    house: HouseDep,
) -> Response:
    return answer(await house.reporting.save_opinion(who, consultation_id, body))


@router.get(paths.REPORT, response_model=SignedReport)
async def report(
    consultation_id: UUID,
    who: WhoDep,
    house: HouseDep,
    version: Annotated[int | None, Query(ge=1)] = None,
) -> Response:
    """The signed report, or an earlier version of it."""
    return answer(await house.reporting.report(who, consultation_id, version))


@router.get(paths.EARLIER_REPORT, response_model=SignedReport)
async def earlier_report(
    consultation_id: UUID, earlier_id: UUID, who: WhoDep, house: HouseDep
) -> Response:
    """The report of an earlier case of the patient, while its reader works on this one."""
    return answer(await house.reporting.earlier(who, consultation_id, earlier_id))


@router.post(
    paths.REPORT, response_model=SignedReport, status_code=201, openapi_extra=takes(SignReport)
)
async def sign_report(
    consultation_id: UUID,
    body: Annotated[SignReport, Depends(body_of(SignReport))],
    who: WhoDep,
    house: HouseDep,
) -> Response:
    """Signs: every field is checked against the case, the signature against the key."""
    return answer(await house.reporting.sign(who, consultation_id, body), 201)


@router.get(paths.MESSAGES, response_model=list[ChatMessage])
async def messages(consultation_id: UUID, who: WhoDep, house: HouseDep) -> Response:
    return answer_list(_MESSAGES, await house.chat.messages(who, consultation_id))


@router.get(paths.CALL, response_model=CallState)
async def call(consultation_id: UUID, who: WhoDep, house: HouseDep) -> Response:
    return answer(await house.calls.state(who, consultation_id))


@router.get(paths.LIBRARY, response_model=LibraryPage)
async def library(
    who: WhoDep,
    house: HouseDep,
    q: Text = "",
    department: Text = "",
    flag: LearningFlag | None = None,
    after: Text | None = None,
    limit: Limit = 50,
) -> Response:
    """The de-identified case library."""
    return answer(
        await house.reporting.library(
            who, text=q, department=department, flag=flag, after=after, limit=limit
        )
    )


@router.get(paths.LIBRARY_ENTRY, response_model=LibraryEntry)
async def library_entry(entry_id: UUID, who: WhoDep, house: HouseDep) -> Response:
    return answer(await house.reporting.library_entry(who, entry_id))
