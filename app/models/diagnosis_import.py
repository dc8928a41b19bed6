"""Reading a hospital's own table of diagnoses, as the national ones are handed out (CSV)."""

import csv
import io
import re
from dataclasses import dataclass

from app.models.diagnosis import Diagnosis

CODE_HEADS = (
    *("疾病诊断编码", "疾病诊断代码", "诊断编码", "诊断代码", "疾病编码", "疾病代码"),
    *("主要编码", "编码", "代码"),
    *("icd编码", "icd10", "icd-10", "code"),
)
NAME_HEADS = ("疾病诊断名称", "诊断名称", "疾病名称", "名称", "name")
ENGLISH_HEADS = ("英文名称", "name_en", "english")
ENCODINGS = ("utf-8-sig", "gb18030")
_CODE = re.compile(r"[A-Z][0-9]{2}(\.[0-9A-Za-z+*]{1,8})?")


class NotATable(Exception):
    """The file has no columns that name codes and diagnoses."""


@dataclass(frozen=True, slots=True)
class ImportedTable:
    diagnoses: tuple[Diagnosis, ...]
    left_out: tuple[tuple[int, str], ...]
    """(line from 1, what stands where the code should be)."""


def read_table(data: bytes) -> ImportedTable:
    """A CSV or tab-separated file in UTF-8 or GB 18030.

    Raises `NotATable`.
    """
    text = _decoded(data)
    head = text.partition("\n")[0]
    rows = csv.reader(io.StringIO(text), delimiter="\t" if "\t" in head else ",")
    try:
        names = [name.strip().lower() for name in next(rows)]
    except StopIteration:
        raise NotATable from None
    code, name = _column(names, CODE_HEADS), _column(names, NAME_HEADS)
    if code is None or name is None:
        raise NotATable
    english = _column(names, ENGLISH_HEADS)
    found, left_out = [], []
    for line, row in enumerate(rows, 2):
        if not any(row):
            continue
        cell = _cell(row, code)
        cell = cell[:1].upper() + cell[1:].replace("X", "x")  # as the national tables write it
        called = _cell(row, name)
        if not _CODE.fullmatch(cell) or not called:
            left_out.append((line, cell))
            continue
        found.append(Diagnosis(cell, called, _cell(row, english), initials_of(called)))
    return ImportedTable(tuple(found), tuple(left_out))


def _decoded(data: bytes) -> str:
    for encoding in ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise NotATable


def _column(names: list[str], heads: tuple[str, ...]) -> int | None:
    return next((names.index(head) for head in heads if head in names), None)


def _cell(row: list[str], place: int | None) -> str:
    """Without what would break a line of the table that is written."""
    if place is None or place >= len(row):
        return ""
    return " ".join(row[place].split())


def initials_of(name: str) -> str:
    """The first letter of each character's most usual reading; Latin letters and digits as they
    are, in lower case."""
    from pypinyin import Style, pinyin

    parts = pinyin(name, style=Style.FIRST_LETTER, errors=list)  # type: ignore[arg-type]  # a list is taken, and documented
    letters = "".join(part[0] for part in parts).lower()
    return "".join(one for one in letters if one.isascii() and one.isalnum())
