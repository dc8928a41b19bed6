"""How far a long piece of work is, told once a second."""

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

Tell = Callable[[dict[str, Any]], None]
_EVERY_S = 1.0


class Progress:
    """Tells at most once a second; what is told last is told by whoever ends the work."""

    def __init__(self, tell: Tell) -> None:
        self._tell, self._told = tell, time.monotonic()

    def now(self, **figures: object) -> None:
        if time.monotonic() - self._told >= _EVERY_S:
            self._told = time.monotonic()
            self._tell(figures)


def told_of(names: Sequence[str], tell: Tell, word: str) -> Iterator[str]:
    """Each of them, while it is told how many have been had, under this word."""
    progress = Progress(tell)
    for number, name in enumerate(names):
        progress.now(**{word: number, "of": len(names)})
        yield name
    tell({word: len(names), "of": len(names)})
