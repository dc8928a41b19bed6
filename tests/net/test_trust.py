"""First contact shows and pins the server's CA; nothing is ever spoken to unverified."""

import asyncio
import ssl
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
)

from app.net.connection import Connection
from app.net.device import DeviceUnusable, read_device
from app.net.errors import NetError, NotUnderstood, Unreachable, Untrusted
from app.net.trust import Pin, context_for, fetch_pin, pin_of
from tests.fakes.authority import PASSPHRASE
from tests.fakes.authority import Authority as Site
from tests.net.authority import Authority, make_authority
from tests.net.tiny_server import TinyServer, as_json

SERVER = {"name": "县医院", "version": "1", "protocol_version": 1, "time": "2026-01-05T08:00:00Z"}


async def test_first_contact_shows_the_root_and_the_pin_then_connects(
    tiny: TinyServer, authority: Authority
) -> None:
    tiny.answer = lambda _: as_json(SERVER)
    async with tiny:
        pin = await asyncio.to_thread(fetch_pin, tiny.url)
        assert pin == pin_of(authority.pem)
        assert pin.subject == "Huizhen test CA"
        connection = Connection(tiny.url, pin)
        answer = await connection.open_request("GET", "/v1/server")
        assert answer.json()["name"] == "县医院"
        await connection.close()


async def test_nothing_is_asked_of_a_server_at_first_contact(tiny: TinyServer) -> None:
    async with tiny:
        await asyncio.to_thread(fetch_pin, tiny.url)
    assert tiny.requests == []


async def test_a_chain_whose_root_did_not_sign_the_server_is_refused(
    authority: Authority, tmp_path: Path
) -> None:
    borrowed = make_authority("Some famous CA")
    context = authority.server_context(tmp_path, shown=borrowed)
    async with TinyServer(context) as server:
        with pytest.raises(Untrusted):
            await asyncio.to_thread(fetch_pin, server.url)


async def test_a_root_with_the_same_name_and_another_key_is_refused(
    authority: Authority, tmp_path: Path
) -> None:
    twin = make_authority("Huizhen test CA")
    async with TinyServer(authority.server_context(tmp_path, shown=twin)) as server:
        with pytest.raises(Untrusted):
            await asyncio.to_thread(fetch_pin, server.url)


async def test_a_server_that_shows_no_ca_cannot_be_pinned(
    authority: Authority, tmp_path: Path
) -> None:
    async with TinyServer(authority.server_context(tmp_path, alone=True)) as server:
        with pytest.raises(Untrusted, match="ask hospital IT"):
            await asyncio.to_thread(fetch_pin, server.url)


async def test_a_server_that_speaks_only_tls_1_2_is_refused(
    authority: Authority, pin: Pin, tmp_path: Path
) -> None:
    context = authority.server_context(tmp_path)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    async with TinyServer(context) as server:
        with pytest.raises(Unreachable):
            await asyncio.to_thread(fetch_pin, server.url)
        connection = Connection(server.url, pin)
        with pytest.raises(NetError):
            await connection.open_request("GET", "/v1/server")
        await connection.close()
    assert server.requests == []


async def test_a_server_of_another_ca_than_the_pinned_one_is_untrusted(tiny: TinyServer) -> None:
    other = pin_of(make_authority("Another CA").pem)
    async with tiny:
        connection = Connection(tiny.url, other)
        with pytest.raises(Untrusted):
            await connection.open_request("GET", "/v1/server")
        await connection.close()
    assert tiny.requests == []


async def test_without_a_pin_only_the_systems_cas_are_trusted(tiny: TinyServer) -> None:
    async with tiny:
        connection = Connection(tiny.url, None)
        with pytest.raises(Untrusted):
            await connection.open_request("GET", "/v1/server")
        await connection.close()


async def test_a_certificate_for_another_host_is_untrusted(tiny: TinyServer, pin: Pin) -> None:
    async with tiny:
        connection = Connection(tiny.url.replace("127.0.0.1", "localhost"), pin)
        with pytest.raises(Untrusted):
            await connection.open_request("GET", "/v1/server")
        await connection.close()


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:1", "https://", "127.0.0.1", "https://127.0.0.1:1"]
)
def test_an_address_that_leads_nowhere_is_said_to_be_unreachable(address: str) -> None:
    with pytest.raises(Unreachable):
        fetch_pin(address)


async def test_a_port_that_speaks_no_tls_is_unreachable() -> None:
    async with TinyServer(None) as server:
        with pytest.raises(Unreachable):
            await asyncio.to_thread(fetch_pin, server.url)


def test_the_fingerprint_is_shown_as_people_compare_it(pin: Pin) -> None:
    assert len(pin.fingerprint) == 64
    assert pin.grouped.replace(":", "").lower() == pin.fingerprint
    assert pin.grouped[2] == ":"


@pytest.mark.parametrize(
    "text", ["", "nothing", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"]
)
def test_a_file_that_is_no_certificate_is_not_understood(text: str) -> None:
    with pytest.raises(NotUnderstood):
        pin_of(text)


@pytest.fixture(scope="module")
def site() -> Site:
    return Site("Devices of the county")


def test_the_certificate_of_the_key_is_shown_wherever_it_stands_in_the_file(site: Site) -> None:
    own = site.computer("PC 1")
    key = own.key.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(PASSPHRASE.encode())
    )
    device = read_device(site.own.pem.encode() + own.pem.encode() + key, PASSPHRASE)
    assert device.subject == "PC 1"
    context_for(None, device)
    with pytest.raises(DeviceUnusable):
        read_device(site.own.pem.encode() + key, PASSPHRASE)


def test_a_pair_that_tls_does_not_take_is_unusable(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_args: object, **_named: object) -> None:
        raise ssl.SSLError("EE_KEY_TOO_SMALL")

    device = read_device(site.computer("PC 1").pkcs12(), PASSPHRASE)
    monkeypatch.setattr(ssl.SSLContext, "load_cert_chain", refused)
    with pytest.raises(DeviceUnusable):
        context_for(None, device)
