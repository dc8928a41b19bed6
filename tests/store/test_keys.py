"""The store key comes from a keyring that keeps secrets, or from a file with the passphrase."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.chainer import ChainerBackend
from keyring.backends.fail import Keyring as FailKeyring
from keyring.backends.null import Keyring as NullKeyring
from keyring.errors import KeyringLocked

from app.store.errors import Damaged, KeyUnavailable, WrongPassphrase
from app.store.keys import key_from_file, key_from_keyring


class VaultKeyring(KeyringBackend):
    """Keeps secrets in memory."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # the library has no types here
        self.kept: dict[tuple[str, str], str] = {}
        self.locked = False

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise KeyringLocked("locked")
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password


class PlainTextKeyring(VaultKeyring):
    """Stands for keyrings.alt: it works, and keeps nothing secret."""


VaultKeyring.__module__ = "keyring.backends.SecretService"
PlainTextKeyring.__module__ = "keyrings.alt.file"


@pytest.fixture(autouse=True)
def own_keyring() -> Iterator[None]:
    before = keyring.get_keyring()
    yield
    keyring.set_keyring(before)


def test_the_keyring_gives_a_profile_the_same_key_every_time() -> None:
    keyring.set_keyring(VaultKeyring())
    key = key_from_keyring("clinic")
    assert len(key) == 32
    assert key_from_keyring("clinic") == key
    assert key_from_keyring("another") != key


@pytest.mark.parametrize("backend", [FailKeyring, NullKeyring, PlainTextKeyring])
def test_a_keyring_that_keeps_no_secrets_is_not_used(backend: type[KeyringBackend]) -> None:
    keyring.set_keyring(backend())
    with pytest.raises(KeyUnavailable):
        key_from_keyring("clinic")


def test_a_chain_with_one_untrusted_keyring_is_not_used(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ChainerBackend, "backends", [VaultKeyring(), PlainTextKeyring()])
    keyring.set_keyring(ChainerBackend())  # type: ignore[no-untyped-call]  # as above
    with pytest.raises(KeyUnavailable):
        key_from_keyring("clinic")


def test_a_locked_keyring_is_unavailable_and_its_key_is_not_replaced() -> None:
    vault = VaultKeyring()
    keyring.set_keyring(vault)
    key = key_from_keyring("clinic")
    vault.locked = True
    with pytest.raises(KeyUnavailable):
        key_from_keyring("clinic")
    vault.locked = False
    assert key_from_keyring("clinic") == key


@pytest.mark.parametrize("kept", ["no base64!", base64.b64encode(b"short").decode()])
def test_a_keyring_that_holds_something_else_is_unavailable(kept: str) -> None:
    vault = VaultKeyring()
    vault.kept["huizhen", "clinic"] = kept
    keyring.set_keyring(vault)
    with pytest.raises(KeyUnavailable):
        key_from_keyring("clinic")
    assert vault.kept["huizhen", "clinic"] == kept


def test_the_key_file_opens_with_its_passphrase_only(tmp_path: Path) -> None:
    path = tmp_path / "key.json"
    key = key_from_file(path, "correct horse")
    assert key_from_file(path, "correct horse") == key
    with pytest.raises(WrongPassphrase):
        key_from_file(path, "wrong horse")
    assert base64.b64encode(key) not in path.read_bytes()


def test_a_damaged_key_file_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "key.json"
    for content in (b"", b"{}", b"[]", b'{"salt": "!"}'):
        path.write_bytes(content)
        with pytest.raises(Damaged):
            key_from_file(path, "correct horse")
        assert path.read_bytes() == content


@pytest.mark.parametrize(
    "cost", [{"iterations": 10**6}, {"memory_kib": 1 << 30}, {"lanes": 0}, {"memory_kib": 1}]
)
def test_a_key_file_cannot_ask_for_endless_work(tmp_path: Path, cost: dict[str, int]) -> None:
    path = tmp_path / "key.json"
    key_from_file(path, "correct horse")
    path.write_text(json.dumps(json.loads(path.read_bytes()) | cost))
    with pytest.raises(Damaged):
        key_from_file(path, "correct horse")
