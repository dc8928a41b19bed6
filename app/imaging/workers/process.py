"""A process that can be ended, seen from the program: started when needed, ended when it hangs."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Sequence
from typing import Any

from app.imaging.errors import DecodeError, DecodeTimeoutError
from app.imaging.workers.frames import (
    BrokenPipeMessageError,
    answer_limit,
    read_message,
    write_message,
)

START_LIMIT = 30.0
PIPE_BYTES = 1 << 20
"""A whole frame of 512² in the pipe, where the system lets it be so large: fewer turns."""

Message = tuple[dict[str, Any], bytes]


class WorkerProcess:
    """One process, used by one thread at a time."""

    def __init__(self, argv: Sequence[str]) -> None:
        self._argv = tuple(argv)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Anew where it is not there.

        Raises:
            DecodeError: it cannot be started.
        """
        if self.running:
            return
        self.close()
        try:
            self._process = subprocess.Popen(
                self._argv,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                pipesize=PIPE_BYTES,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError as error:
            raise DecodeError("The decoding process cannot be started.") from error
        self.exchange(None, START_LIMIT)

    def exchange(self, request: Message | None, limit: float) -> Message:
        """What it answers within `limit` seconds; what it says first where nothing is asked.

        Raises:
            DecodeTimeoutError: it took too long and was ended; DecodeError: it died.
        """
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            raise DecodeError("The decoding process is not there.")
        late = threading.Event()

        def end() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(limit, end)
        timer.daemon = True
        timer.start()
        try:
            if request is not None:
                write_message(process.stdin, *request)
            return read_message(process.stdout, answer_limit())
        except (OSError, BrokenPipeMessageError) as error:
            self.close()
            if late.is_set():
                raise DecodeTimeoutError("The picture took too long to decode.") from error
            raise DecodeError("The picture made the decoder fail.") from error
        finally:
            timer.cancel()

    def close(self) -> None:
        """End it."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                try:
                    stream.close()
                except OSError:  # what was still to be written has no reader
                    pass
