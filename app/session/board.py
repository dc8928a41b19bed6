"""The dispatcher's board: open cases, experts, and the case that is looked at with its
candidates."""

from dataclasses import dataclass, replace
from typing import assert_never
from uuid import UUID

from app.session.queue import Load, PresenceSeen, outdated
from protocol.board import Board as BoardAnswer
from protocol.board import BoardCase, BoardExpert
from protocol.consultation import ConsultationSummary, Status
from protocol.on_call import CaseAlert
from protocol.queue import Candidate
from protocol.socket import ConsultationChanged, ConsultationLeft, OnCallTold

OPEN = frozenset((Status.PENDING, Status.ASSIGNED, Status.IN_PROGRESS))


@dataclass(frozen=True, slots=True)
class Board:
    """`candidates` are those of the chosen case."""

    load: Load = Load.LOADING
    cases: tuple[BoardCase, ...] = ()
    experts: tuple[BoardExpert, ...] = ()
    chosen: UUID | None = None
    candidates_load: Load = Load.LOADING
    candidates: tuple[Candidate, ...] = ()

    def find(self, consultation_id: UUID | None) -> BoardCase | None:
        return next((one for one in self.cases if one.summary.id == consultation_id), None)


@dataclass(frozen=True, slots=True)
class BoardLoaded:
    board: BoardAnswer


@dataclass(frozen=True, slots=True)
class BoardFailed:
    pass


@dataclass(frozen=True, slots=True)
class BoardCaseChosen:
    consultation_id: UUID | None


@dataclass(frozen=True, slots=True)
class CandidatesLoaded:
    consultation_id: UUID
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class CandidatesFailed:
    consultation_id: UUID


BoardFact = (
    BoardLoaded
    | BoardFailed
    | BoardCaseChosen
    | CandidatesLoaded
    | CandidatesFailed
    | PresenceSeen
    | ConsultationChanged
    | ConsultationLeft
    | OnCallTold
)


def reduce_board(board: Board, fact: BoardFact) -> Board:
    match fact:
        case BoardLoaded(answer):
            cases = tuple(_newer(board, one) for one in answer.cases)
            return _kept(replace(board, load=Load.READY, cases=cases, experts=answer.experts))
        case BoardFailed():
            return board if board.cases else replace(board, load=Load.FAILED)
        case BoardCaseChosen(consultation_id):
            if consultation_id == board.chosen:
                return board
            return replace(
                board, chosen=consultation_id, candidates=(), candidates_load=Load.LOADING
            )
        case CandidatesLoaded(consultation_id, candidates):
            if consultation_id != board.chosen:
                return board  # of a case that was looked at before
            return replace(board, candidates=candidates, candidates_load=Load.READY)
        case CandidatesFailed(consultation_id):
            if consultation_id != board.chosen or board.candidates:
                return board
            return replace(board, candidates_load=Load.FAILED)
        case PresenceSeen(presence):
            experts = tuple(
                one.model_copy(update={"presence": presence})
                if one.person.id == presence.account_id
                else one
                for one in board.experts
            )
            return board if experts == board.experts else replace(board, experts=experts)
        case OnCallTold():
            return _told(board, fact.consultation_id, fact.alert)
        case ConsultationChanged():
            return _kept(_changed(board, fact.consultation))
        case ConsultationLeft():
            return _kept(_without(board, fact.consultation_id))
        case _:
            assert_never(fact)


def _newer(board: Board, loaded: BoardCase) -> BoardCase:
    """The loaded case, except where a fact has already told a newer row."""
    known = board.find(loaded.summary.id)
    return known if known is not None and outdated(loaded.summary, known.summary) else loaded


def _changed(board: Board, row: ConsultationSummary) -> Board:
    """A row that moved shows at once; what only the server knows of it follows with the next
    reading."""
    if board.load is not Load.READY:
        return board
    known = board.find(row.id)
    if known is not None and outdated(row, known.summary):
        return board
    if row.status not in OPEN:
        return _without(board, row.id)
    if known is None:
        return replace(board, cases=(*board.cases, BoardCase(summary=row)))
    moved = known.model_copy(update={"summary": row})
    if row.phase is not known.summary.phase:
        moved = BoardCase(summary=row, clocks=known.clocks)
    return replace(board, cases=tuple(moved if one is known else one for one in board.cases))


def _told(board: Board, consultation_id: UUID, alert: CaseAlert) -> Board:
    """In the place of what was said of the same person, way and reason."""
    known = board.find(consultation_id)
    if known is None:
        return board
    same = (alert.expert.id, alert.channel, alert.why)
    others = (a for a in known.alerts if (a.expert.id, a.channel, a.why) != same)
    moved = known.model_copy(update={"alerts": (*others, alert)})
    return replace(board, cases=tuple(moved if one is known else one for one in board.cases))


def _without(board: Board, consultation_id: UUID) -> Board:
    if board.find(consultation_id) is None:
        return board
    left = tuple(one for one in board.cases if one.summary.id != consultation_id)
    return replace(board, cases=left)


def _kept(board: Board) -> Board:
    """A case that is gone is looked at no longer."""
    if board.chosen is None or board.find(board.chosen) is not None:
        return board
    return replace(board, chosen=None, candidates=(), candidates_load=Load.LOADING)
