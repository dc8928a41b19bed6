"""What the interface engine sends lies sealed until a doctor looks for the patient."""

import asyncio
import logging
import socket
import ssl
from pathlib import Path

import hl7
import pytest
from hl7.mllp import open_hl7_connection

from app.net.mllp_tls import TlsFault
from app.store.intake_settings import Hl7Receiver
from app.store.messages import KeptMessages
from app.store.sealed import Sealer, new_key
from tests.bench.processes import free_port
from tests.net.authority import make_authority
from tests.net.test_emr_hl7v2 import message, oru
from tests.transfer.intake_desk import SEALER, TODAY_HERE, IntakeDesk, intake_desk

HERE = "127.0.0.1"


async def hears(desk: IntakeDesk, *hosts: str) -> int:
    port = free_port()
    await desk.configure(hl7=Hl7Receiver(on=True, port=port, address=HERE, hosts=hosts))
    return port


async def sent(port: int, text: str, tls: ssl.SSLContext | None = None) -> str:
    """MSA-1 of the answer."""
    reader, writer = await open_hl7_connection(HERE, port, ssl=tls)
    try:
        writer.writeblock(text.encode())
        await writer.drain()
        answer = hl7.parse((await reader.readblock()).decode())
    finally:
        writer.close()
    return str(answer.segment("MSA")(1))


def shakes_hands(port: int, tls: ssl.SSLContext) -> None:
    """Says why where it does not, as asyncio's own client does not."""
    with (
        socket.create_connection((HERE, port)) as line,
        tls.wrap_socket(line, server_hostname=HERE),
    ):
        pass


async def test_what_was_accepted_is_kept_sealed_and_counted(tmp_path: Path) -> None:
    async with intake_desk(tmp_path) as desk:
        port = await hears(desk, HERE)
        assert await sent(port, message("ADT^A08")) == "AA"
        assert await sent(port, oru()) == "AA"
        assert await sent(port, oru()) == "AA"
        state = await desk.until_state(lambda one: one.hl7.came == 3)
        assert state.hl7.port == port
        assert desk.intake.serving
    kept = await asyncio.to_thread(KeptMessages(tmp_path, SEALER).read_all)
    assert sorted(kept) == sorted((message("ADT^A08").encode(), oru().encode()))
    for file in (tmp_path / "messages").iterdir():
        assert "何".encode() not in file.read_bytes()


async def test_a_stranger_is_refused_and_named_to_it(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    async with intake_desk(tmp_path) as desk:
        port = await hears(desk, "10.1.2.3")
        with pytest.raises((asyncio.IncompleteReadError, OSError)):
            await sent(port, oru())
        state = await desk.until_state(lambda one: bool(one.hl7.refused))
        assert state.hl7.refused == (HERE,)
    assert await asyncio.to_thread(KeptMessages(tmp_path, SEALER).read_all) == ()


async def test_without_a_key_that_lasts_nothing_is_received(tmp_path: Path) -> None:
    async with intake_desk(tmp_path, sealer=Sealer(new_key())) as desk:
        port = await hears(desk, HERE)
        with pytest.raises(OSError, match="Connect"):
            await sent(port, oru())
        assert not desk.intake.serving


async def test_a_message_that_cannot_be_kept_is_not_accepted(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    (tmp_path / "messages").write_text("a file where the folder belongs")
    async with intake_desk(tmp_path) as desk:
        assert await sent(await hears(desk, HERE), oru()) == "AE"


async def test_with_tls_only_who_has_a_certificate_of_the_authority_is_heard_and_others_are_named(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    hospital, clinic = make_authority("Hospital"), make_authority("Clinic")
    for name, authority in (("engine", hospital), ("clinic", clinic)):
        (tmp_path / name).mkdir()
        authority.server_context(tmp_path / name)
        (tmp_path / name / "ca.pem").write_text(authority.pem)
    own = str(tmp_path / "clinic" / "server.pem")
    engine = ssl.create_default_context(cafile=str(tmp_path / "clinic" / "ca.pem"))
    strangers = ssl.create_default_context(cafile=str(tmp_path / "clinic" / "ca.pem"))
    strangers.load_cert_chain(tmp_path / "clinic" / "server.pem")
    async with intake_desk(tmp_path) as desk:
        hears = Hl7Receiver(on=True, port=free_port(), address=HERE, hosts=(HERE,), certificate=own)
        await desk.configure(hl7=hears)
        assert await sent(hears.port, oru(), engine) == "AA"
        strict = hears.model_copy(
            update={"port": free_port(), "authority": str(tmp_path / "engine" / "ca.pem")}
        )
        await desk.configure(hl7=strict)
        for tls in (engine, None, strangers):
            with pytest.raises((asyncio.IncompleteReadError, OSError)):
                await sent(strict.port, oru(), tls)
        with pytest.raises(ssl.SSLCertVerificationError):
            await asyncio.to_thread(shakes_hands, strict.port, ssl.create_default_context())
        engine.load_cert_chain(tmp_path / "engine" / "server.pem")
        assert await sent(strict.port, oru(), engine) == "AA"
        state = await desk.until_state(lambda one: one.hl7.came == 2 and len(one.hl7.faults) == 4)
        assert state.hl7.encrypted
        assert {why for _, why in state.hl7.faults} == {
            TlsFault.NO_CERTIFICATE,
            TlsFault.NO_TLS,
            TlsFault.NOT_OURS,
            TlsFault.REFUSES_US,
        }
        _, silent = await asyncio.open_connection(HERE, strict.port)
    silent.close()


async def test_a_renewed_certificate_is_read_when_the_settings_are_saved_again(
    tmp_path: Path,
) -> None:
    old, new = make_authority("Old"), make_authority("New")
    old.server_context(tmp_path)
    file, port = str(tmp_path / "server.pem"), free_port()
    hears = Hl7Receiver(on=True, port=port, address=HERE, hosts=(HERE,), certificate=file)
    async with intake_desk(tmp_path) as desk:
        await desk.configure(hl7=hears)
        state = await desk.until_state(lambda one: one.hl7.expires is not None)
        expires = state.hl7.expires
        assert expires is not None
        assert state.hl7.days_left == (expires - TODAY_HERE).days
        new.server_context(tmp_path)
        await desk.configure(hl7=hears)
        assert await sent(port, oru(), ssl.create_default_context(cadata=new.pem)) == "AA"


async def test_a_certificate_that_cannot_be_used_is_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    (tmp_path / "half.pem").write_text(make_authority().pem)
    async with intake_desk(tmp_path) as desk:
        for file in ("half.pem", "gone.pem"):
            hears = Hl7Receiver(
                on=True, port=free_port(), hosts=(HERE,), certificate=str(tmp_path / file)
            )
            await desk.configure(hl7=hears)
            state = await desk.until_state(lambda one: one.hl7.certificate_unusable)
            assert state.hl7.port == 0


async def test_a_taken_port_is_said_and_another_is_taken_up(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    async with intake_desk(tmp_path / "a") as first, intake_desk(tmp_path / "b") as second:
        port = await hears(first, HERE)
        taken = Hl7Receiver(on=True, port=port, address=HERE, hosts=(HERE,))
        await second.configure(hl7=taken)
        await second.until_state(lambda one: one.hl7.port_taken)
        free = await hears(second, HERE)
        assert await sent(free, oru()) == "AA"
        await second.configure()
        with pytest.raises(OSError, match="Connect"):
            await sent(free, oru())
