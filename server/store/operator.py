"""Who runs a command at the server: the site has no account for them, the computer has."""

import contextlib
import getpass
import os
import socket
from pathlib import Path

_LOGIN = Path("/proc/self/loginuid")
_NOBODY = 2**32 - 1
"""Of what no login has started."""


def operator() -> str:
    """`name@computer`. On Linux who has signed in at it, whatever user they have become since; else
    whose the process is."""
    return f"{_name()}@{socket.gethostname()}"


def _name() -> str:
    if os.name != "posix":
        return getpass.getuser()
    import pwd

    uid = _signed_in()
    with contextlib.suppress(KeyError):
        return pwd.getpwuid(uid).pw_name
    return str(uid)


def _signed_in() -> int:
    with contextlib.suppress(OSError, ValueError):
        uid = int(_LOGIN.read_text(encoding="ascii"))
        if uid != _NOBODY:
            return uid
    return os.getuid()
