"""What is wrong with the words of a command is said, before anything is looked at or done."""

from datetime import date

import pytest

from server.cli import parser
from server.store.errors import ExportUnusable
from server.store.fresh_files import moments

KEY = "Uk56Srh2cMEzw5yDqj5vuxxY2wVqBEzT/YIuqMyZSBU="


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["audit", "verify", "--public-key", ""], "public_key of a kept head"),
        (["audit", "verify", "--public-key", KEY[:-2]], "public_key of a kept head"),
        (["audit", "check", "proof.json", "--public-key", "?"], "public_key of a kept head"),
        (["audit", "go-on", "--because", " "], "say why"),
        (["audit", "case", "CONS-1", "x.zip", "--because", ""], "say why"),
        (["export", "cases", "out", "--from", "21.11.2026"], "a day as 2026-11-21"),
    ],
)
def test_it_is_refused(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parser().parse_args(words)
    assert said in capsys.readouterr().err


def test_a_key_that_is_one_is_taken() -> None:
    assert parser().parse_args(["audit", "verify", "--public-key", KEY]).public_key == KEY


def test_days_the_wrong_way_round_are_no_time() -> None:
    with pytest.raises(ExportUnusable, match="give the first day, then the last"):
        moments(date(2026, 11, 21), date(2026, 11, 20))
