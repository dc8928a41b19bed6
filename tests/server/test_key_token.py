"""The site's keys wrapped by a token (SoftHSM): made, used, moved, and what is said without it."""

import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pkcs11
import pytest

from server.setting_values import SettingsError
from server.settings import load_settings
from server.store.errors import KeyUnusable
from server.store.kek import KeptIn
from server.store.keyring import KeyRing
from server.store.objects import FolderObjects
from server.store.token import Token, TokenPlace, pin_of
from tests.fakes.softhsm import PIN, SoftToken, soft_token
from tests.server.test_sealing import keep, read

DATA = b"a picture of somebody's chest" * 100


@pytest.fixture(scope="module")
def soft(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SoftToken]:
    with soft_token(tmp_path_factory.mktemp("hsm")) as token:
        yield token


@pytest.fixture
def place(soft: SoftToken, tmp_path: Path) -> TokenPlace:
    """Of a label that no other test has."""
    return TokenPlace(soft.module, soft.label, tmp_path.name)


@pytest.fixture
def token(place: TokenPlace) -> Token:
    return Token(place, lambda: PIN)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "keys.json"


@pytest.fixture
def ring(token: Token, file: Path) -> KeyRing:
    made = KeyRing(file, token)
    made.make_kek()
    made.make(plain=False)
    return made


def test_the_file_alone_opens_nothing(
    ring: KeyRing, token: Token, file: Path, tmp_path: Path
) -> None:
    (sha256,) = keep(FolderObjects(tmp_path / "objects", ring), DATA)
    (entry,) = json.loads(file.read_text())["keys"]
    assert "key" not in entry
    assert entry["algorithm"] == "AES-256-GCM"
    assert read(FolderObjects(tmp_path / "objects", KeyRing(file, token)), sha256) == DATA
    with pytest.raises(KeyUnusable, match="HUIZHEN_KEY_MODULE"):
        FolderObjects(tmp_path / "objects", KeyRing(file)).open(sha256)


def test_the_key_cannot_be_had_from_the_token(ring: KeyRing, place: TokenPlace) -> None:
    assert ring.active()
    session = pkcs11.lib(str(place.module)).get_token(token_label=place.token).open(user_pin=PIN)
    with session:
        key = session.get_key(label=place.label)
        with pytest.raises(pkcs11.exceptions.AttributeSensitive):
            key[pkcs11.Attribute.VALUE]
        assert key[pkcs11.Attribute.EXTRACTABLE] is False


def test_a_wrapped_key_is_bound_to_its_id(ring: KeyRing, token: Token, file: Path) -> None:
    ring.add()
    body = json.loads(file.read_text())
    one, two = body["keys"]
    body["keys"] = [{**one, "id": two["id"]}, {**two, "id": one["id"]}]
    file.write_text(json.dumps(body))
    with pytest.raises(KeyUnusable, match="another site's"):
        KeyRing(file, token).active()


def test_no_key_is_made_on_a_token_by_itself(token: Token, file: Path) -> None:
    with pytest.raises(KeyUnusable, match="huizhen-server keys make"):
        KeyRing(file, token).make(plain=False)
    assert not file.exists()


def test_what_was_opened_goes_on_while_the_token_is_away(ring: KeyRing, token: Token) -> None:
    key = ring.active()
    token._pin = lambda: pin_of(None, Path("/nowhere/pin"))
    assert ring.active() is key


def test_keys_move_in_and_out_under_a_running_server(
    token: Token, file: Path, tmp_path: Path
) -> None:
    """What a server holds that was started before the token was configured goes on, too."""
    old = KeyRing(file)
    old.make(plain=False)
    running = FolderObjects(tmp_path / "objects", old)
    (before,) = keep(running, DATA)
    command = KeyRing(file, token)
    command.make_kek()
    assert command.move(KeptIn.TOKEN) == 1
    assert command.move(KeptIn.TOKEN) == 0
    (during,) = keep(running, DATA + b"2")
    assert read(running, before) == DATA
    restarted = FolderObjects(tmp_path / "objects", KeyRing(file, token))
    assert read(restarted, during) == DATA + b"2"
    assert command.move(KeptIn.FILE) == 1
    assert read(FolderObjects(tmp_path / "objects", KeyRing(file)), during) == DATA + b"2"
    assert read(restarted, before) == DATA


def test_a_new_key_is_kept_as_the_one_before(token: Token, file: Path) -> None:
    ring = KeyRing(file, token)
    KeyRing(file).make(plain=False)
    ring.make_kek()
    ring.add()
    assert [one.kept_in for one in ring.words()] == [KeptIn.FILE] * 2
    ring.move(KeptIn.TOKEN)
    ring.add()
    assert [one.kept_in for one in ring.words()] == [KeptIn.TOKEN] * 3
    assert [one.active for one in ring.words()] == [False, False, True]


def test_the_tokens_own_key_is_made_anew_around_the_same_keys(
    ring: KeyRing, token: Token, file: Path, tmp_path: Path
) -> None:
    (sha256,) = keep(FolderObjects(tmp_path / "objects", ring), DATA)
    before, older = token.ids(), file.read_text()
    assert ring.renew_kek(forget=True) == 1
    assert token.ids() != before
    assert read(FolderObjects(tmp_path / "objects", KeyRing(file, token)), sha256) == DATA
    file.write_text(older)
    with pytest.raises(KeyUnusable, match="is this the token of this site"):
        KeyRing(file, token).active()


def test_which_of_several_keys_is_meant_is_known_or_asked(token: Token, file: Path) -> None:
    ring = KeyRing(file, token)
    ring.make_kek()
    ring.make(plain=False)
    ring.renew_kek(forget=False)
    ring.move(KeptIn.FILE)
    ring.move(KeptIn.TOKEN)
    assert KeyRing(file, token).active()
    file.unlink()
    with pytest.raises(KeyUnusable, match="HUIZHEN_KEY_LABEL"):
        ring.make(plain=False)


def test_two_commands_do_not_change_keys_at_once(ring: KeyRing, file: Path, token: Token) -> None:
    with (
        ring.alone(),
        pytest.raises(KeyUnusable, match="wait until"),
        KeyRing(file, token).alone(),
    ):
        pass


def refusal(place: TokenPlace, pin: str = PIN, module: Any = None) -> str:
    with pytest.raises(KeyUnusable) as unusable:
        Token(place, lambda: pin, module).ids()
    return str(unusable.value)


def test_what_is_wrong_names_its_mend(place: TokenPlace, tmp_path: Path) -> None:
    nowhere = TokenPlace(tmp_path / "none.so", place.token, place.label)
    assert "HUIZHEN_KEY_MODULE" in refusal(nowhere)
    assert "plug it in" in refusal(TokenPlace(place.module, "another", place.label))
    assert "HUIZHEN_KEY_PIN_FILE" in refusal(place, "9999")


def test_a_wrong_pin_is_tried_once(place: TokenPlace) -> None:
    tries: list[str] = []

    def counted(path: str) -> Any:
        tries.append(path)
        return pkcs11.lib(path)

    pins = ["9999"]
    token = Token(place, lambda: pins[-1], counted)
    for _ in range(3):
        with pytest.raises(KeyUnusable, match="does not take this PIN"):
            token.ids()
    assert len(tries) == 1
    pins.append(PIN)
    assert token.ids() == []


@pytest.mark.parametrize(
    ("flag", "words"),
    [
        (pkcs11.TokenFlag.USER_PIN_FINAL_TRY, "one more wrong PIN locks"),
        (pkcs11.TokenFlag.USER_PIN_LOCKED, "security officer"),
    ],
)
def test_the_last_try_is_left_to_a_person(
    place: TokenPlace, flag: pkcs11.TokenFlag, words: str
) -> None:
    """SoftHSM never locks: a token that says it is about to is played."""
    found = SimpleNamespace(flags=flag)
    module = SimpleNamespace(get_token=lambda token_label: found)
    assert words in refusal(place, module=lambda _path: module)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"key_token": "site"}, "need HUIZHEN_KEY_MODULE"),
        ({"key_module": "token.so", "key_pin": PIN}, "needs HUIZHEN_KEY_TOKEN"),
        ({"key_module": "token.so", "key_token": "site"}, "HUIZHEN_KEY_PIN_FILE"),
    ],
)
def test_settings_of_a_token_belong_together(given: dict[str, Any], words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        load_settings(**given)


def test_a_pin_others_can_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "pin"
    file.write_text(f"{PIN}\n")
    file.chmod(0o640)
    with pytest.raises(KeyUnusable, match="chmod 600"):
        pin_of(None, file)
    file.chmod(0o600)
    assert pin_of(None, file) == PIN
    with pytest.raises(KeyUnusable, match="nothing but the PIN"):
        pin_of(None, tmp_path / "none")
