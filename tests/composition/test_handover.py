"""What the hospital's program starts this one for reaches the window that is open."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from app.__main__ import main
from app.composition.handover import Handover, give
from app.net.emr.launch import Launch, launch_of

TOLD = Launch("https://his.example/fhir", "w0rd&more")


@pytest.mark.parametrize(
    ("words", "launch"),
    [
        (["launch=w0rd&more", "iss=https://his.example/fhir"], TOLD),
        (["huizhen://launch?iss=https%3A%2F%2Fhis.example%2Ffhir&launch=w0rd%26more"], TOLD),
        (["launch=w0rd"], None),
        (["huizhen://launch"], None),
    ],
)
def test_a_launch_is_read_from_the_command_line_or_a_link(
    words: list[str], launch: Launch | None
) -> None:
    assert launch_of(words) == launch
    assert "w0rd" not in repr(launch)


def test_half_a_launch_is_refused_with_what_lacks(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["launch=w0rd"])
    told = capsys.readouterr().err
    assert "iss=" in told
    assert "w0rd" not in told


@pytest.mark.parametrize(
    "words",
    [
        ["launch=w0rd", "iss=https://his.example/fhir", "import-codes", "codes.csv"],
        ["--profile", "folder", "echo", "huizhen://launch?iss=x&launch=w0rd"],
        ["import-codes", "iss=codes.csv"],
    ],
)
def test_a_launch_with_a_command_is_refused_and_not_passed_over(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    told = capsys.readouterr().err
    assert ended.value.code == 2
    assert "go with no command (here: " in told
    assert "w0rd" not in told


@pytest.mark.parametrize(
    ("url", "same"),
    [
        ("https://his.example/fhir/", True),
        ("https://HIS.example:443/fhir", True),
        ("http://his.example/fhir", False),
        ("https://his.example/fhir2", False),
        ("https://his.example.evil.example/fhir", False),
        ("", False),
    ],
)
def test_it_is_of_one_server(url: str, same: bool) -> None:
    assert TOLD.is_at(url) is same


def test_the_window_that_is_open_takes_it(qtbot: QtBot) -> None:
    with TemporaryDirectory() as short:
        folder, owner = Path(short), QObject()
        assert not give(folder, TOLD), "nobody is there"
        handover = Handover(folder, owner)
        with qtbot.waitSignal(handover.came) as came:
            assert give(folder, TOLD)
        assert came.args == [TOLD]
        assert not give(folder / ("long" * 40), TOLD)
        del handover
        owner.deleteLater()
