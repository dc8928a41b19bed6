"""Searching the case library and opening an entry."""

from uuid import UUID

from app.net.api import Api
from app.net.errors import Unreachable
from app.services.facts import Facts
from app.session.library import (
    LibraryEntryOpened,
    LibraryFailed,
    LibraryLoaded,
    LibrarySearched,
)


class LibraryService:
    def __init__(self, facts: Facts, api: Api) -> None:
        self._facts = facts
        self._api = api

    async def search(self, query: str) -> None:
        self._facts.apply(LibrarySearched(query))
        try:
            page = await self._api.library(query)
        except Unreachable:
            self._facts.apply(LibraryFailed())
            return
        self._facts.apply(LibraryLoaded(query, page.items, page.total))

    async def open(self, id_: UUID) -> None:
        self._facts.apply(LibraryEntryOpened(await self._api.library_entry(id_)))
