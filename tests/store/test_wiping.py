"""What was read goes at sign-out where the site wants it; what waits is the only one and stays."""

from pathlib import Path

import pytest

from app.store.wiping import wipe_what_was_read

READ = ("transfer/cache/study/image.sealed", "transfer/cache/study/image.begun", "workplaces/a")
WAITS = (
    "drafts/case.sealed",
    "opinions/case.sealed",
    "answers/one.sealed",
    "marks/one.sealed",
    "records/one.sealed",
    "transfer/outbox/study.sealed",
    "transfer/inbox/image.sealed",
    "transfer/writes/one.sealed",
    "device/own.sealed",
    "profile.json",
)


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    for name in (*READ, *WAITS):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"sealed")
    return tmp_path


def test_images_and_layouts_go_and_nothing_that_waits(profile: Path) -> None:
    wipe_what_was_read(profile)
    assert not [name for name in READ if (profile / name).exists()]
    assert not [name for name in WAITS if not (profile / name).exists()]
    wipe_what_was_read(profile)


@pytest.mark.allow_logs("the log says how much stayed")
def test_what_cannot_be_removed_stops_nobody(
    profile: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def held(_file: Path, *, missing_ok: bool = False) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "unlink", held)
    wipe_what_was_read(profile)
    assert "3 files" in caplog.text
