"""Several questions at once, in threads that the end of the program does not wait for."""

import threading
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")
AT_ONCE = 4
"""A hospital's server has other guests: no more questions of ours are with it at a time."""


def at_once(questions: Sequence[Callable[[], T]]) -> Generator[T, None, None]:
    """The answers in the order of the questions. What one raises is raised in its place; whoever
    stops listening lets those that are asked already end, and no other is asked."""
    answers: list[Future[T]] = [Future() for _ in questions]
    left, lock, over = iter(range(len(questions))), threading.Lock(), threading.Event()

    def ask() -> None:
        while not over.is_set():
            with lock:
                number = next(left, None)
            if number is None:
                return
            try:
                answers[number].set_result(questions[number]())
            except BaseException as error:
                answers[number].set_exception(error)

    for _ in range(min(AT_ONCE, len(questions))):
        threading.Thread(target=ask, name="hospital", daemon=True).start()
    try:
        for answer in answers:
            yield answer.result()
    finally:
        over.set()
