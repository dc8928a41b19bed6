"""`huizhen decode`: a fingerprint that is never taken for more than it is."""

import argparse
import sys
from pathlib import Path

import pytest
from pydicom.data import get_testdata_file

from app.cli import decode


def asked(file: Path) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    decode.add_arguments(parser)
    return parser.parse_args([str(file), "--sha256"])


def sample(name: str) -> Path:
    found = get_testdata_file(name)
    assert found is not None
    return Path(str(found))


def whole() -> Path:
    return sample("CT_small.dcm")


def test_a_whole_file_is_answered_without_a_word(capsys: pytest.CaptureFixture[str]) -> None:
    assert decode.run(asked(whole())) == 0
    said = capsys.readouterr()
    assert len(said.out.strip()) == 64
    assert said.err == ""


def test_a_cut_file_says_so_and_does_not_pass_for_a_whole_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cut = tmp_path / "cut.dcm"
    cut.write_bytes(whole().read_bytes()[:-4000])
    assert decode.run(asked(cut)) == 2
    assert "ends early" in capsys.readouterr().err


def test_a_picture_that_keeps_the_codec_busy_is_given_up(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    hang = (
        "import sys, threading; from app.imaging.workers.frames import write_message; "
        "write_message(sys.stdout.buffer, {'ready': True}); threading.Event().wait()"
    )
    monkeypatch.setattr("app.ipc.child.huizhen_argv", lambda *_: [sys.executable, "-c", hang])
    monkeypatch.setattr("app.imaging.workers.parent.time_limit", lambda *_: 0.01)
    assert decode.run(asked(sample("examples_jpeg2k.dcm"))) == 1
    assert "took too long" in capsys.readouterr().err
