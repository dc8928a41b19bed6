"""The case library as browsed."""

from dataclasses import dataclass, replace
from typing import assert_never

from app.session.queue import Load
from protocol.library import LibraryEntry, LibrarySummary
from protocol.socket import LibraryGrew


@dataclass(frozen=True, slots=True)
class Library:
    load: Load = Load.LOADING
    query: str = ""
    items: tuple[LibrarySummary, ...] = ()
    total: int = 0
    entry: LibraryEntry | None = None


@dataclass(frozen=True, slots=True)
class LibrarySearched:
    query: str


@dataclass(frozen=True, slots=True)
class LibraryLoaded:
    query: str
    items: tuple[LibrarySummary, ...]
    total: int


@dataclass(frozen=True, slots=True)
class LibraryFailed:
    pass


@dataclass(frozen=True, slots=True)
class LibraryEntryOpened:
    entry: LibraryEntry


LibraryFact = LibrarySearched | LibraryLoaded | LibraryFailed | LibraryEntryOpened | LibraryGrew


def reduce_library(library: Library, fact: LibraryFact) -> Library:
    match fact:
        case LibrarySearched(query):
            return replace(library, query=query, load=Load.LOADING)
        case LibraryLoaded(query, items, total):
            if query != library.query:
                return library  # the answer to an earlier question
            return replace(library, load=Load.READY, items=items, total=total)
        case LibraryFailed():
            return library if library.items else replace(library, load=Load.FAILED)
        case LibraryEntryOpened(entry):
            return replace(library, entry=entry)
        case LibraryGrew():
            if library.query or any(item.id == fact.entry.id for item in library.items):
                return library
            items = (fact.entry, *library.items)
            return replace(library, items=items, total=library.total + 1, load=Load.READY)
        case _:
            assert_never(fact)
