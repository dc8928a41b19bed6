"""A profile remembers openly what is no secret, and seals the rest."""

import threading
from pathlib import Path
from uuid import UUID

import pytest

from app.store import profile
from app.store.errors import Damaged, ForeignKey
from app.store.files import write_atomically
from app.store.profile import Profile, Remembered, SealedStore, draft_name
from app.store.sealed import Sealer, new_key

KEY = bytes(range(32))


def test_what_is_remembered_is_there_the_next_time(tmp_path: Path) -> None:
    Profile(tmp_path).remember(server="https://hub.example", pins={"https://hub.example": "PEM"})
    again = Profile(tmp_path)
    assert again.remembered.server == "https://hub.example"
    assert again.remembered.pins == {"https://hub.example": "PEM"}
    assert again.remembered.language == "zh_CN"


def test_what_two_threads_remember_at_once_is_there_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Profile(tmp_path)
    other = threading.Thread(target=lambda: made.remember(language="en"))

    def interrupted(target: Path, data: bytes) -> None:
        if other.ident is None:
            other.start()
            other.join(0.5)
        write_atomically(target, data)

    monkeypatch.setattr(profile, "write_atomically", interrupted)
    made.remember(theme="dark")
    other.join()
    again = Profile(tmp_path).remembered
    assert (again.theme, again.language) == ("dark", "en")


@pytest.mark.allow_logs("a damaged profile is told in the log")
@pytest.mark.parametrize("content", [b"", b"not json", b"[]", b'"text"', b"\xff\xfe"])
def test_a_damaged_profile_is_begun_anew(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "profile.json").write_bytes(content)
    assert Profile(tmp_path).remembered == Remembered()


def test_what_a_newer_program_remembers_is_ignored(tmp_path: Path) -> None:
    (tmp_path / "profile.json").write_text('{"server": "https://a", "unheard_of": 1}')
    assert Profile(tmp_path).remembered.server == "https://a"


def test_sealed_records_come_back_and_go(tmp_path: Path) -> None:
    store = SealedStore(tmp_path / "drafts", Sealer(KEY))
    name = draft_name(UUID(int=7))
    assert store.read(name) is None
    assert store.names() == ()
    store.write(name, b"one")
    store.write(name, b"two")
    assert store.read(name) == b"two"
    assert store.names() == (name,)
    store.delete(name)
    store.delete(name)
    assert store.read(name) is None


def test_records_of_another_key_are_left_alone_and_known(tmp_path: Path) -> None:
    SealedStore(tmp_path / "drafts", Sealer(new_key())).write("theirs", b"x")
    mine = SealedStore(tmp_path / "drafts", Sealer(KEY))
    mine.write("mine", b"y")
    assert mine.read_all() == {"mine": b"y"}
    assert mine.has_foreign()
    with pytest.raises(ForeignKey):
        mine.read("theirs")
    assert mine.names() == ("mine", "theirs")


def test_a_record_put_in_the_place_of_another_is_noticed(tmp_path: Path) -> None:
    store = SealedStore(tmp_path / "drafts", Sealer(KEY))
    store.write("a", b"of a")
    store.write("b", b"of b")
    (tmp_path / "drafts" / "a.sealed").replace(tmp_path / "drafts" / "b.sealed")
    with pytest.raises(Damaged):
        store.read("b")
