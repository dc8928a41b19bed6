"""Why an association did not come about, told from one another: each has a remedy of its own."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from app.net.dimse import scu
from app.net.errors import NotAdmitted, TimedOut, Unreachable
from tests.bench.processes import free_port

pytestmark = pytest.mark.allow_logs("pynetdicom writes what it does not get")


@contextmanager
def peer(meets: Callable[[socket.socket], object]) -> Iterator[scu.Node]:
    """A node that does no more with a caller than this, and then hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def accept() -> None:
            connection, _ = listening.accept()
            with connection:
                meets(connection)

        thread = threading.Thread(target=accept, name="dicom-peer")
        thread.start()
        yield scu.Node("127.0.0.1", listening.getsockname()[1], "ARCHIVE", "HUIZHEN")
        thread.join()


def until_it_hangs_up(connection: socket.socket) -> None:
    while connection.recv(4096):
        pass


def test_an_archive_that_hangs_up_on_a_stranger_does_not_admit_him() -> None:
    with peer(lambda connection: connection.recv(4096)) as node, pytest.raises(NotAdmitted):
        scu.echo(node)


def test_an_archive_that_takes_the_call_and_says_nothing_is_out_of_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(scu, "CONNECT_S", 0.3)
    with peer(until_it_hangs_up) as node, pytest.raises(TimedOut):
        scu.echo(node)


def test_where_nobody_listens_nothing_can_be_reached() -> None:
    with pytest.raises(Unreachable) as told:
        scu.echo(scu.Node("127.0.0.1", free_port(), "ARCHIVE", "HUIZHEN"))
    assert not isinstance(told.value, TimedOut)
