"""Keeps an expert's own phrases on this computer, sealed: they may hold a patient's words."""

import asyncio
from uuid import UUID

from pydantic import TypeAdapter, ValidationError

from app.services.facts import Facts
from app.session.phrases import OwnPhrase, PhrasesRead
from app.store.profile import SealedStore

RECORD = "phrases"
_KEPT = TypeAdapter(tuple[OwnPhrase, ...])


class PhraseService:
    def __init__(self, facts: Facts, store: SealedStore, account_id: UUID) -> None:
        self._facts = facts
        self._store = store
        self._record = f"{RECORD}-{account_id.hex}"
        self._writing = asyncio.Lock()

    async def load(self) -> None:
        data = await asyncio.to_thread(self._store.read, self._record)
        if data is None:
            return
        try:
            self._facts.apply(PhrasesRead(_KEPT.validate_json(data)))
        except ValidationError:
            await asyncio.to_thread(self._store.delete, self._record)

    async def keep(self, phrase: OwnPhrase) -> None:
        """The newest first; the same one twice is one."""
        if phrase.text.strip():
            rest = tuple(one for one in self._facts.state.phrases if one != phrase)
            await self._write((phrase, *rest))

    async def forget(self, phrase: OwnPhrase) -> None:
        await self._write(tuple(one for one in self._facts.state.phrases if one != phrase))

    async def _write(self, phrases: tuple[OwnPhrase, ...]) -> None:
        async with self._writing:
            self._facts.apply(PhrasesRead(phrases))
            await asyncio.to_thread(self._store.write, self._record, _KEPT.dump_json(phrases))
