"""Least-recently-used cache with a budget in bytes; what is on the screen is pinned."""

from __future__ import annotations

import os
from collections import Counter, OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Generic, Protocol, TypeVar


class Sized(Protocol):
    """Something that knows the bytes it holds."""

    @property
    def nbytes(self) -> int:
        """Bytes held."""
        ...


K = TypeVar("K", bound=Hashable)
V = TypeVar("V", bound=Sized)

FALLBACK_RAM = 4 << 30


def default_budget(share: float = 0.25) -> int:
    """A share of this machine's memory in bytes, a quarter unless said otherwise."""
    try:
        ram = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):  # Windows
        ram = _windows_ram()
    return int(ram * share)


def _windows_ram() -> int:
    import ctypes

    if not hasattr(ctypes, "windll"):
        return FALLBACK_RAM
    kilobytes = ctypes.c_ulonglong(0)
    found = ctypes.windll.kernel32.GetPhysicallyInstalledSystemMemory(ctypes.byref(kilobytes))
    return kilobytes.value * 1024 if found else FALLBACK_RAM


class ByteCache(Generic[K, V]):
    """Keeps values until their bytes exceed `budget`, then drops the longest unused.

    Pinned keys are never dropped, even beyond the budget; pins are counted. Thread-safe.
    """

    def __init__(self, budget: int) -> None:
        if budget <= 0:
            raise ValueError("a cache needs a budget above 0 bytes")
        self._budget = budget
        self._entries: OrderedDict[K, V] = OrderedDict()
        self._pins: Counter[K] = Counter()
        self._held = 0
        self._lock = Lock()

    @property
    def budget(self) -> int:
        """Bytes this cache may hold."""
        return self._budget

    @property
    def held(self) -> int:
        """Bytes held now."""
        with self._lock:
            return self._held

    def get(self, key: K) -> V | None:
        """The value, which becomes the most recently used."""
        with self._lock:
            value = self._entries.get(key)
            if value is not None:
                self._entries.move_to_end(key)
            return value

    def __contains__(self, key: K) -> bool:
        with self._lock:
            return key in self._entries

    def put(self, key: K, value: V) -> None:
        """Keep a value; older ones make room."""
        with self._lock:
            old = self._entries.pop(key, None)
            self._held += value.nbytes - (old.nbytes if old is not None else 0)
            self._entries[key] = value
            self._shrink(keep=key)

    def drop(self, key: K) -> None:
        """Let go of a value, if it is held."""
        with self._lock:
            old = self._entries.pop(key, None)
            self._held -= old.nbytes if old is not None else 0

    def pin(self, key: K) -> None:
        """Protect a key, present or not yet, until as many `unpin`s."""
        with self._lock:
            self._pins[key] += 1

    def unpin(self, key: K) -> None:
        """Undo one `pin`."""
        with self._lock:
            self._pins[key] -= 1
            if self._pins[key] <= 0:
                del self._pins[key]
            self._shrink(keep=None)

    def clear(self) -> None:
        """Drop everything, pinned or not."""
        with self._lock:
            self._entries.clear()
            self._pins.clear()
            self._held = 0

    def _shrink(self, keep: K | None) -> None:
        for key in list(self._entries):
            if self._held <= self._budget:
                return
            if key in self._pins or key == keep:
                continue
            self._held -= self._entries.pop(key).nbytes
