"""A hospital's own table of diagnoses is imported by one command, and the window uses it."""

from pathlib import Path

import pytest

from app.__main__ import main
from app.models.diagnosis import with_own
from app.store.profile import CODE_TABLE


def imported(folder: Path, data: bytes) -> int:
    file = folder / "table.csv"
    file.write_bytes(data)
    return main(["--profile", str(folder / "profile"), "import-codes", str(file)])


def test_what_was_imported_is_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = "诊断编码,诊断名称\nI10.x00,原发性高血压\n第一章,传染病\n"
    assert imported(tmp_path, table.encode("gb18030")) == 0
    told = capsys.readouterr()
    assert told.out.startswith("1 diagnoses")
    assert "line 3 is left out" in told.err
    text = (tmp_path / "profile" / CODE_TABLE).read_text(encoding="utf-8")
    assert with_own(text).search("yfxgxy")[0].code == "I10.x00"


@pytest.mark.parametrize("data", [b"a,b\n1,2\n", b"\x89PNG\r\n", "编码,名称\n".encode()])
def test_what_is_no_table_changes_nothing(
    data: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert imported(tmp_path, data) == 2
    assert capsys.readouterr().err.startswith("table.csv: ")
    assert not (tmp_path / "profile" / CODE_TABLE).exists()


def test_a_file_that_is_not_there_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--profile", str(tmp_path), "import-codes", str(tmp_path / "no.csv")]) == 2
    assert "no.csv" in capsys.readouterr().err
