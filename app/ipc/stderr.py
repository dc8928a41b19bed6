"""A child's standard error, made safe for the log.

The child's own log records travel as one JSON object a line and are logged again as they are: the
program's log rules already hold for them. Anything else (a traceback, a library's chatter) may
repeat data, so only its shape is kept: file and line of a traceback and the exception's type.
"""

import json
import logging
import re
import sys
from pathlib import PurePath

_TRACEBACK_PLACE = re.compile(r'^\s*File "(?P<file>[^"]+)", line (?P<line>\d+), in (?P<where>\S+)')
_EXCEPTION = re.compile(r"^(?P<type>[A-Za-z_][\w.]*(?:Error|Exception|Interrupt|Exit|Failed))\b")


class JsonLineHandler(logging.Handler):
    """Writes each record to standard error as one JSON line for the parent to log again."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            text = record.getMessage()
            if record.exc_info and record.exc_info[0] is not None:
                text += f" ({record.exc_info[0].__name__})"
            line = json.dumps({"level": record.levelno, "logger": record.name, "text": text})
            sys.stderr.write(line + "\n")
            sys.stderr.flush()
        except (OSError, ValueError):
            return  # the parent is gone: there is nobody to tell


class StderrLog:
    """Logs the lines of one child. Not thread-safe: one reader feeds it."""

    def __init__(self, name: str) -> None:
        self._log = logging.getLogger(f"huizhen.child.{name}")
        self._withheld = 0

    def feed(self, line: str) -> None:
        """Logs what may be logged of the line and counts what is withheld."""
        text = line.rstrip()
        if not text:
            return
        if self._forward(text):
            return
        if place := _TRACEBACK_PLACE.match(text):
            file = PurePath(place["file"].replace("\\", "/")).name
            self._log.error("in %s:%s %s", file, place["line"], place["where"])
        elif error := _EXCEPTION.match(text):
            self._log.error("raised %s", error["type"])
        else:
            self._withheld += 1

    def finish(self) -> None:
        """Says how many lines were withheld."""
        if self._withheld:
            self._log.debug("withheld %d lines of standard error", self._withheld)

    def _forward(self, text: str) -> bool:
        if not text.startswith("{"):
            return False
        try:
            match json.loads(text):
                case {"level": int(level), "logger": str(logger), "text": str(said)}:
                    self._log.log(level, "%s: %s", logger, said)
                    return True
                case _:
                    return False
        except ValueError:
            return False
