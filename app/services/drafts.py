"""What was written and is not on the server yet, sealed on this computer."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, ValidationError

from app.store.errors import Damaged, ForeignKey
from app.store.profile import SealedStore
from app.store.sealed import Sealer
from protocol.base import Moment
from protocol.consultation import CaseContent
from protocol.report import Opinion, OpinionDraft

RecordT = TypeVar("RecordT")


class Record(BaseModel):
    """A sealed record; written by this program, so strict only in what it reads."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class CaseDraft(Record):
    """`version` is the one the text was based on, and `base` what stood there; -1 while the server
    does not know the case."""

    consultation_id: UUID
    account_id: UUID
    version: int
    content: CaseContent
    written_at: Moment
    base: CaseContent | None = None


class OpinionRecord(Record):
    """`heard` is when the server had kept the draft that this was written on, in the server's own
    time as it told it, and `sent` says that the server has this one: no computer's clock decides
    which of two is newer, where that can be known otherwise."""

    consultation_id: UUID
    account_id: UUID
    opinion: Opinion
    written_at: Moment
    heard: Moment | None = None
    sent: bool = False

    def is_newer_than(self, draft: OpinionDraft) -> bool:
        """Whether the server lacks these words: also one that was restored from before it had them.
        Where somebody wrote elsewhere meanwhile, or an answer was lost, what was written later
        counts."""
        if self.opinion == draft.opinion:
            return False
        if draft.saved_at is None or (self.heard is not None and draft.saved_at < self.heard):
            return True
        if self.sent:
            return False
        if draft.saved_at == self.heard:
            return True
        return self.written_at > draft.saved_at


class ClaimRecord(Record):
    """What lets the same expert go on after a crash."""

    consultation_id: UUID
    account_id: UUID
    claim_token: str
    fence: int


class KeptAnswer(Record):
    item: str
    done: bool
    text: str


class AnswersRecord(Record):
    """What the clinic answered so far to what the expert asked for."""

    consultation_id: UUID
    account_id: UUID
    answers: tuple[KeptAnswer, ...]


class WorkplaceRecord(Record):
    """How a case lay on the screen when it was left; `viewer` and `window` are as their widgets
    write them, JSON."""

    consultation_id: UUID
    account_id: UUID
    viewer: str
    window: str


class Drafts:
    """Sealed records by case; all methods do their disk work in a thread."""

    def __init__(self, folder: Path, sealer: Sealer) -> None:
        self._cases = SealedStore(folder / "drafts", sealer)
        self._opinions = SealedStore(folder / "opinions", sealer)
        self._claims = SealedStore(folder / "claims", sealer)
        self._answers = SealedStore(folder / "answers", sealer)
        self._workplaces = SealedStore(folder / "workplaces", sealer)
        self._writing = asyncio.Lock()

    async def keep_case(self, draft: CaseDraft) -> None:
        await self._keep(self._cases, draft.consultation_id, draft)

    async def keep_opinion(self, record: OpinionRecord) -> None:
        await self._keep(self._opinions, record.consultation_id, record)

    async def keep_claim(self, record: ClaimRecord) -> None:
        await self._keep(self._claims, record.consultation_id, record)

    async def keep_answers(self, record: AnswersRecord) -> None:
        await self._keep(self._answers, record.consultation_id, record)

    async def keep_workplace(self, record: WorkplaceRecord) -> None:
        await self._keep(self._workplaces, record.consultation_id, record)

    async def answers(self, id_: UUID) -> AnswersRecord | None:
        return await self._read(self._answers, id_, AnswersRecord.model_validate_json)

    async def workplace(self, id_: UUID) -> WorkplaceRecord | None:
        return await self._read(self._workplaces, id_, WorkplaceRecord.model_validate_json)

    async def forget_answers(self, id_: UUID) -> None:
        async with self._writing:
            await asyncio.to_thread(self._answers.delete, id_.hex)

    async def forget_workplace(self, id_: UUID) -> None:
        async with self._writing:
            await asyncio.to_thread(self._workplaces.delete, id_.hex)

    async def case(self, id_: UUID) -> CaseDraft | None:
        return await self._read(self._cases, id_, CaseDraft.model_validate_json)

    async def opinion(self, id_: UUID) -> OpinionRecord | None:
        return await self._read(self._opinions, id_, OpinionRecord.model_validate_json)

    async def claim(self, id_: UUID) -> ClaimRecord | None:
        return await self._read(self._claims, id_, ClaimRecord.model_validate_json)

    async def forget_case(self, id_: UUID) -> None:
        async with self._writing:
            await asyncio.to_thread(self._cases.delete, id_.hex)

    async def forget_opinion(self, id_: UUID) -> None:
        async with self._writing:
            await asyncio.to_thread(self._opinions.delete, id_.hex)

    async def forget_claim(self, id_: UUID) -> None:
        async with self._writing:
            await asyncio.to_thread(self._claims.delete, id_.hex)

    async def cases(self, account_id: UUID) -> tuple[CaseDraft, ...]:
        """Every case draft of this account that this key opens."""
        records = await asyncio.to_thread(self._cases.read_all)
        drafts = [CaseDraft.model_validate_json(plain) for plain in records.values()]
        return tuple(draft for draft in drafts if draft.account_id == account_id)

    async def has_foreign(self) -> bool:
        """Whether something is kept here that the present key does not open."""
        return await asyncio.to_thread(self._cases.has_foreign)

    async def _keep(self, store: SealedStore, id_: UUID, record: Record) -> None:
        async with self._writing:
            await asyncio.to_thread(store.write, id_.hex, record.model_dump_json().encode())

    @staticmethod
    async def _read(
        store: SealedStore, id_: UUID, parse: Callable[[bytes], RecordT]
    ) -> RecordT | None:
        try:
            plain = await asyncio.to_thread(store.read, id_.hex)
            return None if plain is None else parse(plain)
        except (ForeignKey, Damaged, ValidationError):
            return None
