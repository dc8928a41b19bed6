"""One message is one line of JSON (UTF-8, `\\n`); which messages exist is each pipe's own union."""

from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from app.ipc.errors import MalformedMessageError

MessageT = TypeVar("MessageT")


def encode(adapter: TypeAdapter[MessageT], message: MessageT) -> bytes:
    """The message as one line, newline included (JSON escapes newlines inside strings)."""
    return adapter.dump_json(message) + b"\n"


def decode(adapter: TypeAdapter[MessageT], line: bytes) -> MessageT:
    """The message of one line.

    Raises:
        MalformedMessageError: the line is not JSON or not one of the union's messages. The text
            names the places, never the values, so that it may be logged.
    """
    try:
        return adapter.validate_json(line)
    except ValidationError as error:
        places = {".".join(str(part) for part in found["loc"]) for found in error.errors()}
        raise MalformedMessageError(
            f"{len(line)} bytes are no known message (at: {', '.join(sorted(places)) or 'start'})"
        ) from None
