"""A real child process for the tests: echoes, misbehaves and ends when told to."""

import asyncio
import logging
import os
import sys
from typing import Annotated, Literal

from pydantic import BaseModel, Field, TypeAdapter

from app.ipc.host import Host, claim_standard_streams, log_to_parent


class Say(BaseModel):
    kind: Literal["say"] = "say"
    text: str


class Misbehave(BaseModel):
    kind: Literal["misbehave"] = "misbehave"
    how: Literal["print", "garbage", "log", "raise", "exit", "ignore-eof"]


class Said(BaseModel):
    kind: Literal["said"] = "said"
    text: str
    pid: int


class ParentGone(BaseModel):
    kind: Literal["parent-gone"] = "parent-gone"


Command = Annotated[Say | Misbehave, Field(discriminator="kind")]
Event = Annotated[Said | ParentGone, Field(discriminator="kind")]
COMMANDS: TypeAdapter[Command] = TypeAdapter(Command)
EVENTS: TypeAdapter[Event] = TypeAdapter(Event)


class Tiny:
    def __init__(self) -> None:
        streams = claim_standard_streams()
        self.output = streams[1]
        self.stubborn = False
        self.host = Host(
            COMMANDS,
            EVENTS,
            streams=streams,
            on_parent_gone=lambda: self.host.emit(ParentGone()),
        )

    def misbehave(self, how: str) -> None:
        match how:
            case "print":
                os.write(1, b"a library prints where it should not\n")
            case "garbage":
                self.output.write(b'{"kind": "secret Zhang San"}\n')
                self.output.flush()
            case "log":
                logging.getLogger("tiny").warning("the picture is late")
            case "raise":
                raise ValueError("Zhang San, 1970-01-01")
            case "exit":
                os._exit(7)
            case _:
                self.stubborn = True

    async def run(self) -> None:
        async for command in self.host.commands():
            match command:
                case Say():
                    self.host.emit(Said(text=command.text, pid=os.getpid()))
                case Misbehave():
                    self.misbehave(command.how)
        if self.stubborn:
            await asyncio.Event().wait()


if __name__ == "__main__":
    log_to_parent()
    asyncio.run(Tiny().run())
    sys.exit(3)
