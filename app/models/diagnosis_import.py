"""Reading a hospital's own table of diagnoses, as the national ones are handed out (CSV)."""

import codecs
import csv
import io
import unicodedata
from dataclasses import dataclass

from app.models.diagnosis import CODE, Diagnosis, as_code

CODE_HEADS = (
    *("疾病诊断编码", "疾病诊断代码", "诊断编码", "诊断代码", "疾病编码", "疾病代码"),
    *("主要编码", "编码", "代码"),
    *("icd编码", "icd10", "icd-10", "code"),
)
NAME_HEADS = ("疾病诊断名称", "诊断名称", "疾病名称", "名称", "name")
ENGLISH_HEADS = ("英文名称", "name_en", "english")
ENCODINGS = ("utf-8-sig", "gb18030")
SHOWN = 60
"""Signs of a line that is left out."""
_DELIMITERS = "\t,;；"
_HEAD_WITHIN = 20
"""Rows; above the one that names the columns a title may stand, and when it was handed out."""


class NotATable(Exception):
    """The file has no columns that name codes and diagnoses."""


@dataclass(frozen=True, slots=True)
class ImportedTable:
    diagnoses: tuple[Diagnosis, ...]
    left_out: tuple[tuple[int, str], ...]
    """(line from 1, what stands where the code should be)."""


def read_table(data: bytes) -> ImportedTable:
    """A file of lines whose cells are parted by commas, semicolons or tabs, in UTF-8, UTF-16 or
    GB 18030. Titles may stand above the row that names the columns.

    Raises `NotATable`.
    """
    text = _decoded(data)
    lines = list(io.StringIO(text))
    for delimiter in _DELIMITERS:
        for at, head in enumerate(lines[:_HEAD_WITHIN]):
            names = [_plain(name).strip().lower() for name in _cells(head, delimiter)]
            code, name = _column(names, CODE_HEADS), _column(names, NAME_HEADS)
            if code is not None and name is not None:
                rows = [_cells(line, delimiter) for line in lines]
                return _read(rows, at, names, code, name)
    raise NotATable


def _read(
    rows: list[list[str]], head: int, names: list[str], code: int, name: int
) -> ImportedTable:
    english = _column(names, ENGLISH_HEADS)
    found, left_out = [], []
    for line, row in enumerate(rows[head + 1 :], head + 2):
        if not any(row):
            continue
        cell, called = as_code(_cell(row, code)), _cell(row, name)
        if not CODE.fullmatch(cell) or not called:
            left_out.append((line, (_cell(row, code) or _cell(row, 0))[:SHOWN]))
            continue
        found.append(Diagnosis(cell, called, _cell(row, english), initials_of(called)))
    return ImportedTable(tuple(found), tuple(left_out))


def _cells(line: str, delimiter: str) -> list[str]:
    """Of one line: a quotation mark that is not closed must not take the lines after it along, and
    leaves a line that is no diagnosis."""
    if line.count('"') % 2:
        return [line]
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:  # a cell longer than any table has
        return [line[:SHOWN]]


def _plain(text: str) -> str:
    """As plain keyboards write it: ＩＣＤ－１０ is ICD-10."""
    return unicodedata.normalize("NFKC", text)


def _decoded(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in data[:200]:
        little = data[1:2] == b"\0" or data.startswith(codecs.BOM_UTF16_LE)
        try:
            text = data.decode("utf-16-le" if little else "utf-16-be")
        except UnicodeDecodeError:
            raise NotATable from None
        return text.removeprefix("\ufeff")
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
