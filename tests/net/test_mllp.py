"""A message of the interface engine is answered when it has been kept, and only then."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field

import hl7
import pytest
from hl7.mllp import open_hl7_connection

from app.net.errors import PortTaken
from app.net.mllp import MOST_SENDERS, MessageListener
from app.net.mllp_tls import TlsFault
from tests.fakes.examples import NOW
from tests.net.test_emr_hl7v2 import oru

ORU = oru().encode()


@dataclass
class Engine:
    """A listener of this computer, and what it was given."""

    kept: list[bytes] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    faults: list[tuple[str, TlsFault]] = field(default_factory=list)
    came: int = 0
    may_keep: bool = True
    admitted: bool = True

    def __post_init__(self) -> None:
        self.listener = MessageListener(
            self._keep,
            lambda _host: self.admitted,
            on_kept=self._note,
            on_refused=self.refused.append,
            on_fault=lambda host, why: self.faults.append((host, why)),
            now=lambda: NOW,
        )

    def _keep(self, raw: bytes) -> bool:
        if self.may_keep:
            self.kept.append(raw)
        return self.may_keep

    def _note(self) -> None:
        self.came += 1

    async def answers(self, *messages: bytes) -> list[hl7.Message]:
        reader, writer = await open_hl7_connection("127.0.0.1", self.listener.port)
        told = []
        for one in messages:
            writer.writeblock(one)
            await writer.drain()
            told.append(hl7.parse((await reader.readblock()).decode()))
        writer.close()
        await writer.wait_closed()
        return told

    async def answer_of(self, message: bytes) -> bytes:
        """As it comes."""
        framed = await self.hears(b"\x0b" + message + b"\x1c\r")
        return framed.removeprefix(b"\x0b").removesuffix(b"\x1c\r")

    async def hears(self, raw: bytes) -> bytes:
        """What comes back to bytes that are sent as they are, until the line is closed."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.listener.port)
        back = b""
        with suppress(OSError):  # who is not admitted may be cut off before the end
            writer.write(raw)
            writer.write_eof()
            back = await reader.read()
        writer.close()
        return back


@pytest.fixture
async def engine() -> AsyncIterator[Engine]:
    made = Engine()
    await made.listener.start("127.0.0.1", 0)
    yield made
    await made.listener.stop()


def of_kind(kind: str) -> bytes:
    return ORU.replace(b"ORU^R01", kind.encode())


async def test_a_message_is_kept_as_it_came_and_accepted(engine: Engine) -> None:
    (answer,) = await engine.answers(ORU)
    head = hl7.parse(ORU.decode().replace("\n", "\r"))
    assert engine.kept == [ORU]
    assert engine.came == 1
    assert str(answer.segment("MSA")(1)) == "AA"
    assert str(answer.segment("MSA")(2)) == str(head.segment("MSH")(10))
    assert str(answer.segment("MSH")(9)).startswith("ACK")
    assert str(answer.segment("MSH")(5)) == str(head.segment("MSH")(3))


async def test_many_go_over_one_line(engine: Engine) -> None:
    told = await engine.answers(ORU, of_kind("ADT^A01"), ORU)
    assert [str(one.segment("MSA")(1)) for one in told] == ["AA", "AA", "AA"]
    assert engine.came == 3


async def test_what_cannot_be_kept_is_not_accepted(engine: Engine) -> None:
    engine.may_keep = False
    (answer,) = await engine.answers(ORU)
    assert str(answer.segment("MSA")(1)) == "AE"
    assert engine.came == 0


@pytest.mark.parametrize("block", [of_kind("SIU^S12"), b"MSH", b"hello", b""])
async def test_what_is_not_read_here_is_rejected(engine: Engine, block: bytes) -> None:
    (answer,) = await engine.answers(block)
    assert str(answer.segment("MSA")(1)) == "AR"
    assert engine.kept == []


async def test_chinese_in_the_hospitals_characters_is_kept_byte_for_byte(engine: Engine) -> None:
    told = "MSH|^~\\&|检验|医院|||20260105||ADT^A08|7|P|2.4\rPID|||7||何^小溪\r".encode("gb18030")
    answer = await engine.answer_of(told)
    assert engine.kept == [told]
    assert "检验".encode("gb18030") in answer


async def test_what_is_no_frame_ends_the_line_and_the_next_is_heard(
    engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    assert await engine.hears(b"GET / HTTP/1.1\r\n\x1c\r") == b""
    assert await engine.hears(b"\x0b" + ORU[:40]) == b""
    assert engine.kept == []
    assert len(await engine.answers(ORU)) == 1


async def test_tls_where_there_is_none_is_told_at_its_first_byte(
    engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    reader, writer = await asyncio.open_connection("127.0.0.1", engine.listener.port)
    writer.write(b"\x16")
    with suppress(ConnectionError):
        assert await reader.read() == b""  # the sender holds the line, and is hung up on
    assert engine.faults == [("127.0.0.1", TlsFault.UNASKED)]
    writer.close()
    assert len(await engine.answers(ORU)) == 1


async def test_who_is_not_listed_is_not_heard(
    engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    engine.admitted = False
    assert await engine.hears(b"\x0b" + ORU + b"\x1c\r") == b""
    assert (engine.kept, engine.refused) == ([], ["127.0.0.1"])


async def test_one_connection_too_many_is_no_sender_that_is_not_in_the_list(
    engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    open_ones = [
        await asyncio.open_connection("127.0.0.1", engine.listener.port)
        for _ in range(MOST_SENDERS)
    ]
    reader, writer = await asyncio.open_connection("127.0.0.1", engine.listener.port)
    with suppress(ConnectionError):
        assert await reader.read() == b""
    assert engine.refused == []
    for _, one in (*open_ones, (reader, writer)):
        one.close()


async def test_a_port_that_is_taken_is_told(engine: Engine) -> None:
    with pytest.raises(PortTaken):
        await Engine().listener.start("127.0.0.1", engine.listener.port)


async def test_it_stops_while_a_sender_holds_the_line(engine: Engine) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", engine.listener.port)
    writer.write(b"\x0b")
    await writer.drain()
    await engine.listener.stop()
    with suppress(ConnectionResetError):
        assert await reader.read() == b""
    writer.close()
