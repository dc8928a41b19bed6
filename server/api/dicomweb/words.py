"""Values of words that pydicom hands on as bytes: little endian is what leaves the server."""

import numpy as np
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset

WORD_BYTES = {"OW": 2, "OL": 4, "OF": 4, "OD": 8, "OV": 8}


def swapped(words: bytes, size: int) -> bytes:
    """Words of `size` bytes, from big to little endian."""
    return np.frombuffer(words, f">u{size}").astype(f"<u{size}").tobytes()


def swap_words(_found: Dataset, element: DataElement) -> None:
    """For `Dataset.walk` of a data set that was read as big endian."""
    size = WORD_BYTES.get(element.VR)
    if size is not None and isinstance(element.value, bytes) and len(element.value) % size == 0:
        element.value = swapped(element.value, size)
