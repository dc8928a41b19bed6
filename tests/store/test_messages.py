"""Messages lie sealed, each once, and the old go by themselves."""

import os
from pathlib import Path

import pytest

from app.store import messages
from app.store.messages import KEPT_DAYS, KeptMessages
from app.store.sealed import Sealer, new_key

SEALER = Sealer(bytes(range(32)))
NOW = 1_800_000_000.0
RAW = "PID|||7||何^小溪".encode("gb18030")


def files(folder: Path) -> list[Path]:
    return sorted((folder / "messages").iterdir())


def test_a_message_is_kept_sealed_and_once(tmp_path: Path) -> None:
    kept = KeptMessages(tmp_path, SEALER)
    kept.keep(RAW)
    kept.keep(RAW)
    (file,) = files(tmp_path)
    assert RAW not in file.read_bytes()
    assert KeptMessages(tmp_path, SEALER).read_all() == (RAW,)


def test_another_key_opens_none_and_removes_none(tmp_path: Path) -> None:
    KeptMessages(tmp_path, SEALER).keep(RAW)
    assert KeptMessages(tmp_path, Sealer(new_key())).read_all() == ()
    assert len(files(tmp_path)) == 1


def test_what_is_old_goes_and_what_is_new_stays(tmp_path: Path) -> None:
    kept = KeptMessages(tmp_path, SEALER)
    kept.keep(b"old")
    (old,) = files(tmp_path)
    kept.keep(b"new")
    for file in files(tmp_path):
        days = KEPT_DAYS + 1 if file == old else KEPT_DAYS - 1
        os.utime(file, (NOW, NOW - days * 86_400))
    kept.sweep(NOW)
    assert kept.read_all() == (b"new",)


def test_of_too_many_the_oldest_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "MOST", 2)
    kept = KeptMessages(tmp_path, SEALER)
    for number in range(4):
        before = set(files(tmp_path)) if number else set()
        kept.keep(str(number).encode())
        (new,) = set(files(tmp_path)) - before
        os.utime(new, (NOW, NOW + number))
    kept.sweep(NOW)
    assert sorted(kept.read_all()) == [b"2", b"3"]


def test_nothing_to_clear_up_is_no_trouble(tmp_path: Path) -> None:
    KeptMessages(tmp_path, SEALER).sweep(NOW)
