"""A second start of the program gives what it was started for to the one that is open."""

import json
import logging
import os
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from app.net.emr.launch import Launch
from app.store.outbox import hashed

log = logging.getLogger(__name__)
WAIT_MS = 2000
MOST_BYTES = 16 << 10
_MOST_PATH = 100
"""So long may the path of a socket be everywhere."""


def give(folder: Path, launch: Launch) -> bool:
    """Whether the program that is open with this profile has taken it."""
    name = _name(folder)
    socket = _connected(name) if name else None
    if socket is None:
        return False
    told = json.dumps({"iss": launch.iss, "launch": launch.launch}).encode()
    socket.write(told + b"\n")
    written = socket.waitForBytesWritten(WAIT_MS)
    socket.disconnectFromServer()
    return written


class Handover(QObject):
    """Listens for others of this user who start the program with the same profile."""

    came = Signal(object)
    """A `Launch`."""

    def __init__(self, folder: Path, parent: QObject) -> None:
        super().__init__(parent)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._connected)
        name = _name(folder)
        if name and _connected(name) is None:
            QLocalServer.removeServer(name)  # of one that did not end as it should
            if not self._server.listen(name):
                log.warning("a launch by the hospital's program opens a window of its own")

    def _connected(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.readyRead.connect(lambda one=socket: self._read(one))
            socket.disconnected.connect(socket.deleteLater)
            self._read(socket)

    def _read(self, socket: QLocalSocket) -> None:
        if not socket.canReadLine():
            if socket.bytesAvailable() > MOST_BYTES:
                socket.abort()
            return
        line = bytes(socket.readLine(MOST_BYTES).data())
        try:
            told = json.loads(line)
            launch = Launch(str(told["iss"]), str(told["launch"]))
        except (ValueError, LookupError, TypeError):
            return
        self.came.emit(launch)


def _connected(name: str) -> QLocalSocket | None:
    """None where nobody listens."""
    socket = QLocalSocket()
    socket.connectToServer(name)
    return socket if socket.waitForConnected(WAIT_MS) else None


def _name(folder: Path) -> str:
    """In the profile, which is its user's alone; a name of Windows, which has no such place. Empty
    where the path is too long."""
    if os.name == "nt":
        return f"huizhen-{hashed(str(folder))[:32]}"
    path = str(folder / "launch.socket")
    return path if len(path.encode()) <= _MOST_PATH else ""
