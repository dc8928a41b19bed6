"""Reading a hospital's own table of diagnoses, as the national ones are handed out (CSV)."""

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

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
_HIGHEST = 20
"""Lines of one row."""
_HEAD_WITHIN = 20
"""Rows; above the one that names the columns a title may stand, and when it was handed out."""


_WIDE = r"[\u3000-\u9fff\uff00-\uffef]"
_broken_in_characters = re.compile(rf"(?<={_WIDE})[ \t]*[\r\n]+[ \t]*(?={_WIDE})").sub
"""Where a line of Chinese was broken there is no space."""


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
        rows = _rows(lines, delimiter)
        for _, head in islice(rows, _HEAD_WITHIN):
            names = ["".join(_plain(name).lower().split()) for name in head]
            code, name = _column(names, CODE_HEADS), _column(names, NAME_HEADS)
            if code is not None and name is not None:
                return _read(rows, names, code, name)
    raise NotATable


def _read(
    rows: Iterator[tuple[int, list[str]]], names: list[str], code: int, name: int
) -> ImportedTable:
    english = _column(names, ENGLISH_HEADS)
    found, left_out = [], []
    for line, row in rows:
        if not any(row):
            continue
        cell, called = as_code(_cell(row, code)), _cell(row, name)
        if not CODE.fullmatch(cell) or not called:
            left_out.append((line, (_cell(row, code) or _cell(row, 0))[:SHOWN]))
            continue
        told = cell, called, _cell(row, english), initials_of(called), pinyin_of(called)
        found.append(Diagnosis(*told))
    return ImportedTable(tuple(found), tuple(left_out))


def _rows(lines: list[str], delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """The line from 1 that a row begins in, and its cells: one in quotation marks may go over
    several lines."""
    at = 0
    while at < len(lines):
        cells, height = _row(lines[at : at + _HIGHEST], delimiter)
        yield at + 1, cells
        at += height


def _row(lines: list[str], delimiter: str) -> tuple[list[str], int]:
    """The cells of what begins in the first of these lines, and how many of them it takes."""
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        cells = next(reader)
    except csv.Error:  # not closed, or longer than any table has
        return _cells(lines[0], delimiter), 1
    within = (one.partition('"')[0].split(delimiter) for one in lines[1 : reader.line_num])
    if any(len(one) > 1 and any(map(_is_code, one)) for one in within):  # closed by another row
        return _cells(lines[0], delimiter), 1
    return cells, reader.line_num


def _is_code(cell: str) -> bool:
    return CODE.fullmatch(as_code(cell)) is not None


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
    return " ".join(_broken_in_characters("", row[place]).split())


def initials_of(name: str) -> str:
    """The first letter of each character's most usual reading; Latin letters and digits as they
    are, in lower case."""
    from pypinyin import Style, pinyin

    parts = pinyin(name, style=Style.FIRST_LETTER, errors=list)  # type: ignore[arg-type]  # a list is taken, and documented
    letters = "".join(part[0] for part in parts).lower()
    return "".join(one for one in letters if one.isascii() and one.isalnum())


_ALSO_READ = {"血": "xue/xie", "塞": "se/sai", "咯": "ka/luo", "肋": "lei/le"}
"""What is read otherwise by many than dictionaries have it in words like 出血 and 栓塞."""


def pinyin_of(name: str) -> str:
    """Each character's reading in its word without its tone, in lower case, a space between; Latin
    letters and digits as they are, `v` for ü, and `/` between two that are usual."""
    from pypinyin import lazy_pinyin

    parts = lazy_pinyin(name, errors=list)  # type: ignore[arg-type]  # a list is taken, and documented
    read = (_ALSO_READ.get(sign, one.lower()) for sign, one in zip(name, parts, strict=True))
    return " ".join(one for one in read if one.replace("/", "").isalnum() and one.isascii())
