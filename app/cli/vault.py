"""The profile's sealed store as the media process writes to it."""

import base64
from pathlib import Path
from uuid import UUID

from app.media.errors import NoRoomError, NotKeptError
from app.media.recording import Vault
from app.store.errors import DiskFull
from app.store.recordings import RecordingStore
from app.store.sealed import Sealer


class SealedVault:
    """Seals every piece with the profile's key before it touches the disk."""

    def __init__(self, store: RecordingStore) -> None:
        self._store = store

    def next_index(self, recording_id: UUID) -> int:
        try:
            pieces = self._store.pieces(recording_id)
        except OSError as error:
            raise NotKeptError(error.strerror or "the disk refuses") from error
        return pieces[-1].index + 1 if pieces else 0

    def keep(self, recording_id: UUID, index: int, start_ms: int, end_ms: int, data: bytes) -> None:
        try:
            self._store.write(recording_id, index, start_ms, end_ms, data)
        except DiskFull as error:
            raise NoRoomError("no room on the disk") from error
        except OSError as error:
            raise NotKeptError(error.strerror or "the disk refuses") from error


def open_vault(folder: Path, store_key: str) -> Vault:
    """Raises ValueError when the key is none."""
    return SealedVault(RecordingStore(folder, Sealer(base64.b64decode(store_key, validate=True))))
