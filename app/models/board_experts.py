"""Experts beside the board: where they are, what they carry, and whether a case suits them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from PySide6.QtCore import QCoreApplication

from app.models.times import clock, duration
from app.models.words import listed, word
from app.session.board import Board
from app.session.queue import Load
from protocol.board import BoardExpert
from protocol.queue import Candidate, IneligibleReason, PersonPresence, Presence, recommended
from protocol.statistics import COUNTED_DAYS, ExpertStatistics

LOOKS = {
    Presence.AVAILABLE: "good",
    Presence.READING: "urgent",
    Presence.IN_CALL: "urgent",
    Presence.PAUSED: "warning",
    Presence.OFF_SHIFT: "neutral",
    Presence.OFFLINE: "neutral",
}
BARS = frozenset(
    (
        IneligibleReason.UNLICENSED,
        IneligibleReason.NO_AGREEMENT,
        IneligibleReason.EXCLUDED,
        IneligibleReason.DECLINED,
        IneligibleReason.NOT_INDEPENDENT,
    )
)
"""Reasons that a dispatcher cannot pass over either."""
_ORDER = list(Presence)


@dataclass(frozen=True, slots=True)
class ExpertProps:
    """`score` and `why` are about the chosen case; `can_take`: they may be rung for it."""

    id: UUID
    name: str
    line: str
    presence: str
    presence_look: str
    load: str
    score: str
    why: str
    eligible: bool
    can_take: bool
    spoken: str
    lately: str = ""
    """What they did in the last thirty days; empty where nothing."""
    mark: str = ""
    """That they are one of the three best for the chosen case."""


def presence_words(presence: PersonPresence) -> str:
    """A pause says until when; who is off shift or offline, whether they are on call."""
    translate = QCoreApplication.translate
    if presence.presence is Presence.PAUSED and presence.until is not None:
        return translate("board", "Paused until {time}").format(time=clock(presence.until))
    if presence.on_call:
        return translate("board", "{state}, on call").format(state=word(presence.presence))
    return word(presence.presence)


def pause_left(presence: PersonPresence, now: datetime) -> str:
    """The rest of a pause, or how long until a shift begins; empty where there is neither."""
    translate, until = QCoreApplication.translate, presence.until
    if until is None:
        return ""
    time = duration(until - now)
    if presence.presence is Presence.OFF_SHIFT:
        return translate("board", "shift in {time}").format(time=time)
    if presence.presence is Presence.PAUSED:
        return translate("board", "{time} left").format(time=time)
    return ""


def derive_experts(board: Board, department: str) -> tuple[ExpertProps, ...]:
    """With a chosen case in the order of its candidates, else who is free first."""
    rank = {one.expert_id: number for number, one in enumerate(board.candidates)}
    candidates = {one.expert_id: one for one in board.candidates}
    case = board.find(board.chosen)
    holder = case.summary.expert.id if case is not None and case.summary.expert else None
    ready = case is not None and board.candidates_load is Load.READY
    best = recommended(one for one in board.candidates if one.expert_id != holder)

    def order(expert: BoardExpert) -> tuple[int, int, int, str]:
        free = _ORDER.index(expert.presence.presence)
        return (
            rank.get(expert.person.id, len(rank)),
            free,
            expert.load,
            expert.person.display_name,
        )

    shown = [one for one in board.experts if ready or _of(one, department)]
    return tuple(
        _expert(
            one,
            candidates.get(one.person.id) if ready else None,
            holds=one.person.id == holder,
            best=ready and one.person.id in best,
        )
        for one in sorted(shown, key=order)
    )


def _of(expert: BoardExpert, department: str) -> bool:
    return not department or department in expert.departments


def _expert(
    expert: BoardExpert, candidate: Candidate | None, *, holds: bool, best: bool
) -> ExpertProps:
    translate = QCoreApplication.translate
    line = " · ".join((word(expert.title), *expert.departments))
    presence = presence_words(expert.presence)
    held = str(expert.cases)
    if expert.capacity is not None:
        held = translate("board", "{n} of {most}").format(n=held, most=expert.capacity)
    load = translate("board", "Load {load} · cases: {n}").format(load=expert.load, n=held)
    score, why = _why(candidate, holds=holds)
    against = set() if candidate is None else set(candidate.ineligible)
    done = lately(expert.statistics)
    mark = translate("board", "Top 3") if best else ""
    spoken = (expert.person.display_name, mark, presence, line, load, done, score, why)
    return ExpertProps(
        id=expert.person.id,
        name=expert.person.display_name,
        line=line,
        presence=presence,
        presence_look=LOOKS[expert.presence.presence],
        load=load,
        score=score,
        why=why,
        eligible=candidate is not None and not against and not holds,
        can_take=candidate is not None and not holds and not against & BARS,
        spoken=", ".join(part for part in spoken if part),
        lately=done,
        mark=mark,
    )


def lately(done: ExpertStatistics) -> str:
    """Taken, how fast, and what was not: 30 d: taken 12 · 3 min · declined 1 · missed 2."""
    translate = QCoreApplication.translate
    if not (done.taken or done.rung):
        return ""
    counts = (
        (translate("board", "taken {n}"), done.taken),
        (translate("board", "{n} min"), done.response_minutes),
        (translate("board", "declined {n}"), done.declined),
        (translate("board", "missed {n}"), done.unanswered),
    )
    said = " · ".join(text.format(n=n) for text, n in counts if n)
    return translate("board", "{n} d: {what}").format(n=COUNTED_DAYS, what=said) if said else ""


def _why(candidate: Candidate | None, *, holds: bool) -> tuple[str, str]:
    """The score and what it is made of, or what speaks against."""
    translate = QCoreApplication.translate
    if holds:
        return "", translate("board", "Has this case")
    if candidate is None:
        return "", ""
    if candidate.ineligible:
        return "", " · ".join(word(reason) for reason in candidate.ineligible)
    terms = " · ".join(f"{word(term.term)} {term.value:+g}" for term in candidate.terms)
    if candidate.rings:
        rung = translate("board", "other cases that ring: {n}").format(n=candidate.rings)
        terms = f"{terms} · {rung}"
    if candidate.relaxed:
        relaxed = translate("board", "Passed over, as it has waited long: {what}")
        what = listed(word(reason) for reason in candidate.relaxed)
        terms = f"{terms}\n{relaxed.format(what=what)}"
    return f"{candidate.score:g}" if candidate.score is not None else "", terms
