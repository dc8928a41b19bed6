"""Much to be written at once, in turns so short that nobody who writes waits long for it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from server.store.errors import KeyUnusable, RowDamaged, StoreError
from server.store.work import Store, Work

T = TypeVar("T")
TOGETHER_S = 0.1
"""How long such work may keep others from writing, at a time."""
_READ_AHEAD = 50
"""Of what a transaction does not come to, the next reads again."""


async def in_short_turns(
    store: Store,
    items: Sequence[T],
    do: Callable[[Work, T], Awaitable[bool]],
    *,
    unable: Callable[[T], None],
    ahead: Callable[[Work, Sequence[T]], Awaitable[None]] | None = None,
) -> int:
    """Does something to each in its order: several in one transaction, as many as fit into
    `TOGETHER_S`; each in one of its own where one of them fails, so that it stops no other.

    Args:
        do: answers whether there was anything to do; may run twice where another one fails.
        unable: hears of one that failed in its own transaction, inside the `except`.
        ahead: reads for many at once what `do` will ask.

    Returns how many there was anything to do for. Raises a `StoreError` that concerns all of them.
    """
    loop, found, rest = asyncio.get_running_loop(), 0, items
    while rest:
        count = done = 0
        try:
            async with store.writing() as work:
                ends = loop.time() + TOGETHER_S
                if ahead is not None:
                    await ahead(work, rest[:_READ_AHEAD])
                while count < len(rest) and (count == 0 or loop.time() < ends):
                    count += 1
                    done += await do(work, rest[count - 1])
                    work.session.expire_all()  # the next may be of the same case
        except Exception as error:
            if _of_the_store(error):
                raise
            done = 0
            for one in rest[:count]:
                done += await _alone(store, one, do, unable)
        found, rest = found + done, rest[count:]
    return found


async def _alone(
    store: Store,
    one: T,
    do: Callable[[Work, T], Awaitable[bool]],
    unable: Callable[[T], None],
) -> bool:
    try:
        async with store.writing() as work:
            done = await do(work, one)
    except Exception as error:
        if _of_the_store(error):
            raise
        unable(one)
        return False
    return done


def _of_the_store(error: Exception) -> bool:
    """Whether what went wrong concerns everything, not the rows of one case."""
    return isinstance(error, StoreError) and not isinstance(error, RowDamaged | KeyUnusable)
