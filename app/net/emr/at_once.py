"""Several questions at once, in threads that the end of the program does not wait for."""

import threading
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from queue import SimpleQueue
from typing import TypeVar

T = TypeVar("T")
Question = Callable[[Callable[[T], None]], None]
"""Tells what it finds, piece by piece, to what it is given."""
AT_ONCE = 4
"""A hospital's server has other guests: no more questions of ours are with it at a time."""


@dataclass(frozen=True, slots=True)
class _Ended:
    error: BaseException | None


class _Over(Exception):
    """Nobody listens any more."""


def as_they_come(questions: Sequence[Question[T]]) -> Generator[list[T], None, None]:
    """What the questions tell, each time all that came since the last look. They begin in their
    order. What one raises is raised here; whoever stops listening lets those that are asked
    already end at their next piece, and no other is asked."""
    came: SimpleQueue[tuple[T] | _Ended] = SimpleQueue()
    left, lock, over = iter(questions), threading.Lock(), threading.Event()

    def tell(piece: T) -> None:
        if over.is_set():
            raise _Over
        came.put((piece,))

    def ask() -> None:
        while not over.is_set():
            with lock:
                question = next(left, None)
            if question is None:
                return
            try:
                question(tell)
            except BaseException as error:
                came.put(_Ended(error))
            else:
                came.put(_Ended(None))

    for _ in range(min(AT_ONCE, len(questions))):
        threading.Thread(target=ask, name="hospital", daemon=True).start()
    try:
        yield from _heard(came, len(questions))
    finally:
        over.set()


def _heard(came: SimpleQueue[tuple[T] | _Ended], asked: int) -> Generator[list[T], None, None]:
    """Until so many questions have ended."""
    while asked:
        news, told = [came.get()], list[T]()
        while not came.empty():
            news.append(came.get())
        for one in news:
            if not isinstance(one, _Ended):
                told += one
            elif one.error is not None:
                raise one.error
            else:
                asked -= 1
        if told:
            yield told
