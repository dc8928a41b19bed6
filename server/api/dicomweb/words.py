"""Values of words that pydicom hands on as bytes: little endian is what leaves the server."""

import numpy as np
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset
from pydicom.uid import UID

WORD_BYTES = {"OW": 2, "OL": 4, "OF": 4, "OD": 8, "OV": 8}


def swapped(words: bytes, size: int) -> bytes:
    """Words of `size` bytes, from big to little endian."""
    return np.frombuffer(words, f">u{size}").astype(f"<u{size}").tobytes()


def turn_words(found: Dataset, syntax: UID) -> None:
    """Words of a data set that was read in this transfer syntax, to little endian."""
    if not syntax.is_little_endian:
        found.walk(_swap)


def _swap(_found: Dataset, element: DataElement) -> None:
    size = WORD_BYTES.get(element.VR)
    if size is not None and isinstance(element.value, bytes) and len(element.value) % size == 0:
        element.value = swapped(element.value, size)
