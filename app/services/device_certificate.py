"""The certificate of this computer: as hospital IT has set it up, or as it was chosen and is kept
sealed in the profile."""

import asyncio
import os
from pathlib import Path

from app.net.device import DeviceCertificate, DeviceUnusable, read_device
from app.store.errors import StoreError
from app.store.profile import SealedStore
from app.store.sealed import Sealer
from app.transfer.messages import ShownDevice

FILE_VARIABLE = "HUIZHEN_CLIENT_DEVICE_CERTIFICATE"
SECRET_VARIABLE = "HUIZHEN_CLIENT_DEVICE_SECRET_FILE"  # nosec B105  # where the passphrase is
"""Set on the whole computer, nobody is asked."""
_RECORD = "certificate"
_MOST_BYTES = 1024 * 1024


def is_set_up() -> bool:
    """Whether it is the computer's, which nobody changes here."""
    return bool(os.environ.get(FILE_VARIABLE))


async def device_of(folder: Path, store_key: bytes) -> DeviceCertificate | None:
    """None where this computer has none; raises `DeviceUnusable`."""
    return await asyncio.to_thread(_device, folder, store_key)


async def choose_device(
    folder: Path, store_key: bytes, file: Path, secret: str
) -> DeviceCertificate:
    """Keeps a copy of a file that opens with this passphrase; raises `DeviceUnusable`."""
    return await asyncio.to_thread(_choose, folder, store_key, file, secret)


def _device(folder: Path, store_key: bytes) -> DeviceCertificate | None:
    if is_set_up():
        secret = os.environ.get(SECRET_VARIABLE)
        words = _read(Path(secret)).decode("utf-8", "replace").strip() if secret else ""
        return read_device(_read(Path(os.environ[FILE_VARIABLE])), words)
    try:
        found = _store(folder, store_key).read(_RECORD)
    except StoreError:
        return None  # of an earlier key: it is chosen again
    if found is None:
        return None
    return ShownDevice.model_validate_json(found).read()


def _choose(folder: Path, store_key: bytes, file: Path, secret: str) -> DeviceCertificate:
    device = read_device(_read(file), secret)
    kept = ShownDevice.of(device)
    assert kept is not None
    _store(folder, store_key).write(_RECORD, kept.model_dump_json().encode())
    return device


def _store(folder: Path, store_key: bytes) -> SealedStore:
    return SealedStore(folder / "device", Sealer(store_key))


def _read(file: Path) -> bytes:
    try:
        if file.stat().st_size > _MOST_BYTES:
            raise DeviceUnusable
        return file.read_bytes()
    except OSError as error:
        raise DeviceUnusable from error
