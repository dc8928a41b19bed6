"""Recordings at the desk, as the facts that lead to them."""

from datetime import timedelta
from typing import Any

from app.session.call import CallEntered, CallJoining, MediaTold, PeerPicture
from app.session.case import Case, CaseOpened, ClaimHeld
from app.session.recording import PlayerOpened, PlayerTold, RecordingsAsked, RecordingsTold
from app.session.state import AnyFact
from protocol.call import CallState, ParticipantKind
from protocol.consultation import Phase
from protocol.kept_recording import RecordedPerson, RecordingInfo
from protocol.recording import (
    RECORDING_WORDING,
    CallRecording,
    RecordingEnd,
    RecordingPhase,
    RecordingTerms,
)
from tests.fakes.examples import (
    CASE,
    EXPERT,
    NOW,
    call,
    consultation,
    content,
    named,
    person,
    row,
)
from tests.views.facts import CLAIM

TERMS = RecordingTerms(kept_days=1096, wording=RECORDING_WORDING)
ME, CLINIC, PATIENT = "陈专家", "林医生", "何小溪"


def state(
    phase: RecordingPhase | None = None, *, asker: str = CLINIC, awaited: str = "", **more: Any
) -> CallState:
    """A call of three at a site that records."""
    running = call(ME, CLINIC, PATIENT).model_copy(update={"recording_terms": TERMS})
    if phase is None:
        return running
    waiting = tuple(named(f"peer {name}") for name in awaited.split())
    everybody = {named(f"peer {name}") for name in (ME, CLINIC, PATIENT)}
    values: dict[str, Any] = {
        "id": named("recording"),
        "asker": named(f"peer {asker}"),
        "asker_name": asker,
        "phase": phase,
        "awaited": waiting,
        "agreed": tuple(everybody - set(waiting)),
        "asked_at": NOW,
        "began_at": None if phase is RecordingPhase.ASKING else NOW,
    }
    return running.model_copy(update={"recording": CallRecording(**(values | more))})


def reading() -> tuple[AnyFact, ...]:
    """The case is open at the expert who holds it."""
    held = row(phase=Phase.READING, expert=person(EXPERT))
    return CaseOpened(Case(consultation(held), content=content())), ClaimHeld(CASE, CLAIM)


def in_call(told: CallState) -> tuple[AnyFact, ...]:
    pictures = (PeerPicture(one.peer_id, True, 9, 9, 24.0) for one in told.participants[1:])
    return (
        CallJoining(told.consultation_id),
        CallEntered(named(f"peer {ME}"), told),
        MediaTold(tuple(pictures), 9),
    )


def info(**more: Any) -> RecordingInfo:
    values: dict[str, Any] = {
        "id": named("recording"),
        "consultation_id": named("case a"),
        "asked_by": EXPERT.id,
        "asker_name": ME,
        "began_at": NOW,
        "ended_at": NOW + timedelta(minutes=14),
        "end": RecordingEnd.STOPPED,
        "kept_until": NOW + timedelta(days=1096),
        "seconds": 847.0,
        "nbytes": 40_000_000,
        "complete": True,
        "people": tuple(
            RecordedPerson(peer_id=named(f"peer {name}"), kind=kind, display_name=name)
            for name, kind in (
                (ME, ParticipantKind.EXPERT),
                (CLINIC, ParticipantKind.REQUESTER),
                (PATIENT, ParticipantKind.PATIENT),
            )
        ),
    }
    return RecordingInfo(**(values | more))


def kept(*infos: RecordingInfo) -> tuple[AnyFact, ...]:
    case = named("case a")
    return RecordingsAsked(case), RecordingsTold(case, infos)


def played() -> tuple[AnyFact, ...]:
    told = PlayerTold(length_ms=847_000, position_ms=127_000, playing=True, waiting=False)
    return (*kept(info()), PlayerOpened(info()), told)
