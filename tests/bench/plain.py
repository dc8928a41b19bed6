"""A server whose ciphers only copy: what encryption at rest costs is the difference to it."""

from pathlib import Path

from server.store import ciphers
from tests.server.process import ServerProcess

_TAG = bytes(16)


class Copying:
    """The calls and the lengths of `AESGCM`; hides nothing and finds nothing."""

    def __init__(self, _secret: bytes) -> None:
        pass

    def encrypt(self, _nonce: bytes, data: ciphers.Bytes, _associated: bytes | None, /) -> bytes:
        return b"".join((data, _TAG))

    def decrypt(self, _nonce: bytes, data: ciphers.Bytes, _associated: bytes | None, /) -> bytes:
        return bytes(memoryview(data)[: -len(_TAG)])


def copy_instead() -> None:
    """In the process of a server, before it runs."""
    setattr(ciphers, "AESGCM", Copying)  # noqa: B010  # mypy keeps the class


class PlainServer(ServerProcess):
    """Serves as any, and keeps everything openly."""

    before = staticmethod(copy_instead)


def keeps_openly(folder: Path, data: bytes) -> bool:
    """Whether the last bytes of an image lie in some stored object as they are."""
    return any(data[-1000:] in one.read_bytes() for one in folder.rglob("*.sealed"))
