"""The same image once more, in other bytes (ADR 43). Blocking: for a thread."""

import threading
from collections.abc import Callable
from typing import BinaryIO

from app.imaging.content import content_of
from app.imaging.writing.recompress import MOST_BYTES
from app.transfer.reading import same_data_set
from protocol.content import Unsaid

_one_pair = threading.Lock()
"""Two images are in memory, decoded: never more of them."""


def say_the_same(one: Callable[[], BinaryIO], other: Callable[[], BinaryIO]) -> bool:
    """Whether two objects, opened as often as needed, differ only in how they are written; not
    where that cannot be told. Raises OSError."""
    with one() as mine, other() as theirs:
        if same_data_set(mine, theirs):
            return True
    with _one_pair:
        try:
            return _content(one) == _content(other)
        except Unsaid:
            return False


def _content(opened: Callable[[], BinaryIO]) -> str:
    with opened() as stream:
        data = stream.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise Unsaid("it is too large to be compared")
    return content_of(data)
