"""HL7 v2 messages that came in, sealed one by one until somebody looks for their patient.

A message that is sent again is kept once: its name is a hash. Old ones go by themselves, for the
hospital sends a patient's newest again at the next visit. All methods block: for a thread.
"""

import contextlib
import time
from pathlib import Path

from app.store.outbox import hashed
from app.store.profile import SealedStore
from app.store.sealed import Sealer

KEPT_DAYS = 30
MOST = 5_000


class KeptMessages:
    """Below one profile's transfer folder: `messages/<hash>.sealed`."""

    def __init__(self, folder: Path, sealer: Sealer) -> None:
        self._folder = folder / "messages"
        self._sealed = SealedStore(self._folder, sealer)

    def keep(self, raw: bytes) -> None:
        """Raises DiskFull."""
        self._sealed.write(hashed(raw.decode("latin-1")), raw)

    def read_all(self) -> tuple[bytes, ...]:
        """Every one that this key opens."""
        return tuple(self._sealed.read_all().values())

    def sweep(self, now: float | None = None) -> None:
        """Removes what is older than `KEPT_DAYS`, and the oldest beyond `MOST`.

        Args:
            now: seconds since 1970.
        """
        if not self._folder.is_dir():
            return
        oldest = (time.time() if now is None else now) - KEPT_DAYS * 86_400
        files = sorted(self._folder.glob("*.sealed"), key=_age, reverse=True)
        for number, file in enumerate(files):
            if number >= MOST or _age(file) < oldest:
                with contextlib.suppress(OSError):
                    file.unlink()


def _age(file: Path) -> float:
    """When it came, in seconds since 1970; 0 where it is gone."""
    try:
        return file.stat().st_mtime
    except OSError:
        return 0.0
