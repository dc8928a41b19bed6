"""What is being done to the open case besides writing: an action on its way, whom the case could go
to, and the clinic's answers to what the expert asked for."""

from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import assert_never
from uuid import UUID

from protocol.account import Account
from protocol.consultation import Action
from protocol.queue import Candidate
from protocol.report import EarlierDraft


class Stage(Enum):
    RUNNING = auto()
    DONE = auto()
    FAILED = auto()


@dataclass(frozen=True, slots=True)
class Doing:
    """The action asked for last; `count` tells two of the same kind apart."""

    action: Action
    stage: Stage
    count: int


@dataclass(frozen=True, slots=True)
class ItemAnswer:
    """What the clinic says to one thing that was asked for: sent, or in words."""

    item: str
    done: bool = False
    text: str = ""

    @property
    def settled(self) -> bool:
        return self.done or bool(self.text.strip())


@dataclass(frozen=True, slots=True)
class Around:
    """`candidates` is None until they have been read."""

    doing: Doing | None = None
    candidates: tuple[Candidate, ...] | None = None
    answers: tuple[ItemAnswer, ...] = ()
    experts: tuple[Account, ...] = ()
    before: EarlierDraft | None = None
    """What who held the case before wrote and did not sign."""


@dataclass(frozen=True, slots=True)
class ActionBegun:
    consultation_id: UUID
    action: Action


@dataclass(frozen=True, slots=True)
class ActionEnded:
    """Not `done`: the server refused or was not reached; what was typed is still wanted."""

    consultation_id: UUID
    action: Action
    done: bool


@dataclass(frozen=True, slots=True)
class CandidatesLoaded:
    consultation_id: UUID
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class ExpertsLoaded:
    consultation_id: UUID
    experts: tuple[Account, ...]


@dataclass(frozen=True, slots=True)
class AnswersEdited:
    consultation_id: UUID
    answers: tuple[ItemAnswer, ...]


@dataclass(frozen=True, slots=True)
class EarlierDraftRead:
    """What somebody who held the case before wrote; None where there is nothing to take over."""

    consultation_id: UUID
    before: EarlierDraft | None


ActionFact = (
    ActionBegun | ActionEnded | CandidatesLoaded | ExpertsLoaded | AnswersEdited | EarlierDraftRead
)


def reduce_around(around: Around, fact: ActionFact) -> Around:
    match fact:
        case ActionBegun(_, action):
            count = around.doing.count + 1 if around.doing is not None else 1
            return replace(around, doing=Doing(action, Stage.RUNNING, count))
        case ActionEnded(_, action, done):
            doing = around.doing
            if doing is None or doing.action is not action:
                return around
            stage = Stage.DONE if done else Stage.FAILED
            return replace(around, doing=replace(doing, stage=stage))
        case CandidatesLoaded(_, candidates):
            return replace(around, candidates=candidates)
        case ExpertsLoaded(_, experts):
            return replace(around, experts=experts)
        case AnswersEdited(_, answers):
            return replace(around, answers=answers)
        case EarlierDraftRead(_, before):
            return replace(around, before=before)
        case _:
            assert_never(fact)


def answers_to(checklist: tuple[str, ...], known: tuple[ItemAnswer, ...]) -> tuple[ItemAnswer, ...]:
    """One answer for each thing asked for, in its order; what was answered already stays."""
    by_item = {answer.item: answer for answer in known}
    return tuple(by_item.get(item, ItemAnswer(item)) for item in dict.fromkeys(checklist))


ITEM_CHARACTERS = 200
"""What `protocol.base.ShortText` takes."""


def answer_line(answer: ItemAnswer) -> str:
    """As the expert reads it: the thing and the words, or a tick."""
    said = answer.text.strip()
    tail = f": {said}" if said else " ✓"
    room = ITEM_CHARACTERS - len(tail)
    item = answer.item if len(answer.item) <= room else answer.item[: room - 1] + "…"
    return item + tail
