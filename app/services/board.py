"""The dispatcher's use cases: the board, who could take a case, and moving it."""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID

from app.net.api import Api
from app.net.errors import NetError, Unreachable
from app.services.facts import Facts
from app.services.troubles import raise_error, raise_notice
from app.session.board import (
    BoardCaseChosen,
    BoardFailed,
    BoardLoaded,
    CandidatesFailed,
    CandidatesLoaded,
)
from app.session.notices import Good
from protocol.consultation import Action
from protocol.transition import Transition

FOLLOW_PAUSE_S = 0.3
TOLD = {
    Action.OFFER: Good.EXPERT_RUNG,
    Action.ASSIGN: Good.EXPERT_ASSIGNED,
    Action.RELEASE: Good.CASE_TAKEN_BACK,
    Action.ESCALATE: Good.CASE_ESCALATED,
    Action.REJECT: Good.CASE_REJECTED,
}
"""What a dispatcher does here, and what is said when it is done."""


class BoardService:
    """Args:
    pause: lets news that come together be read together.
    """

    def __init__(
        self, facts: Facts, api: Api, pause: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self._facts = facts
        self._api = api
        self._pause = pause

    async def load(self) -> None:
        try:
            self._facts.apply(BoardLoaded(await self._api.board()))
        except NetError as error:
            self._facts.apply(BoardFailed())
            if not isinstance(error, Unreachable):
                raise_error(self._facts, error)

    async def follow(self) -> None:
        """Something moved: the board is read again, and who could take the chosen case."""
        await self._pause(FOLLOW_PAUSE_S)
        await self.load()
        await self._read_candidates()

    async def follow_presence(self) -> None:
        """An expert moved, which the board has seen by itself: who could take the chosen case?"""
        await self._pause(FOLLOW_PAUSE_S)
        await self._read_candidates()

    async def choose(self, consultation_id: UUID | None) -> None:
        self._facts.apply(BoardCaseChosen(consultation_id))
        await self._read_candidates()

    async def _read_candidates(self) -> None:
        chosen = self._facts.state.board.chosen
        if chosen is None:
            return
        try:
            self._facts.apply(CandidatesLoaded(chosen, await self._api.candidates(chosen)))
        except NetError as error:
            self._facts.apply(CandidatesFailed(chosen))
            if not isinstance(error, Unreachable):
                raise_error(self._facts, error)

    async def act(
        self, consultation_id: UUID, action: Action, expert_id: UUID | None, reason: str
    ) -> None:
        """Raises a `NetError` where the server refuses; then nothing has changed."""
        board = self._facts.state.board
        case = board.find(consultation_id)
        names = {one.person.id: one.person.display_name for one in board.experts}
        held = case.summary.expert if case is not None else None
        who = names.get(expert_id, "") if expert_id is not None else ""
        if not who and held is not None:
            who = held.display_name
        body = Transition(action=action, reason=reason, expert_id=expert_id)
        done = await self._api.transition(consultation_id, body)
        details = (("number", done.summary.number), ("holder", who))
        raise_notice(self._facts, TOLD[action], details)
        await self.load()
        await self._read_candidates()
