"""ICD-10 diagnoses: found by code, by Chinese or English words, or by pinyin or its initials."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from itertools import accumulate, islice, product

from protocol.base import ICD10
from resources import resource

CODE = re.compile(ICD10)
_UNDOTTED = re.compile(r"[A-Z][0-9]{2}[0-9x][0-9A-Za-z+*]{0,8}")
_OTHER_SIGNS = str.maketrans({"。": ".", "†": "+", "‡": "+"})
_between_characters = re.compile(r"(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])").sub
HEADS = ("code", "name", "name_en", "initials", "pinyin")
_WITHOUT_PINYIN = 4
"""Columns of tables that were imported before there was a fifth."""
MOST = 12
"""Offered at once: more is not read while typing."""


def as_code(typed: str) -> str:
    """A code as tables write it, however it was typed (Ｊ１８．９, j189, I10., i10.X00, A17.0†).
    What is none comes back in capitals."""
    plain = unicodedata.normalize("NFKC", typed).translate(_OTHER_SIGNS).strip().rstrip(".")
    plain = plain[:1].upper() + plain[1:].upper().replace("X", "x")
    return f"{plain[:3]}.{plain[3:]}" if _UNDOTTED.fullmatch(plain) else plain


@dataclass(frozen=True, slots=True)
class Diagnosis:
    code: str
    name: str
    """Chinese."""
    name_en: str = ""
    initials: str = ""
    """First letters of the pinyin of `name`, lower case, with its digits and Latin letters."""
    pinyin: str = ""
    """Of `name`, a space between syllables, without tones; `v` for ü, and `/` between two ways to
    read a character."""

    @property
    def category(self) -> str:
        """The code of WHO's ICD-10 that it is of: of I21.900x001 it is I21.9."""
        stem, _, digits = self.code.partition(".")
        return f"{stem}.{digits[0]}" if digits[:1].isdigit() else stem

    def named(self, *, chinese: bool) -> str:
        """In the language of the screen, where there is one."""
        return self.name if chinese or not self.name_en else self.name_en


class DiagnosisTable:
    """A table of diagnoses in the order of their codes; the first of two with one code counts."""

    def __init__(self, diagnoses: Iterable[Diagnosis]) -> None:
        known: dict[str, Diagnosis] = {}
        for one in diagnoses:
            known.setdefault(one.code, one)
        self._known = known
        self._sorted = tuple(sorted(known.values(), key=lambda one: one.code))
        self._rows = tuple(_Row.of(one) for one in self._sorted)

    def __len__(self) -> int:
        return len(self._sorted)

    def __iter__(self) -> Iterator[Diagnosis]:
        return iter(self._sorted)

    def find(self, code: str) -> Diagnosis | None:
        """This code, or else the category it belongs to: `I10.x00` is called as `I10`, and a dagger
        as what it stands behind."""
        alone = re.split(r"[+*]", code)[0]
        ways = (code, alone, Diagnosis(alone, "").category, alone.partition(".")[0])
        return next((found for way in ways if (found := self._known.get(way)) is not None), None)

    def search(self, typed: str, most: int = MOST) -> tuple[Diagnosis, ...]:
        """The very name, then what is a kind of it, what begins so, and what merely contains it;
        by code where a code was typed, else the shorter name first. A finer code than the table has
        finds what it is of."""
        words = _between_characters("", unicodedata.normalize("NFKC", typed).strip().lower())
        code = as_code(typed)
        if CODE.fullmatch(code):
            words = code.rstrip("+*").lower()
        if not words:
            return ()
        called, letters = _called(words), _letters(words)
        part = words.partition(" ")[0]
        ranked = [
            (rank, row.one)
            for row in self._rows
            # Most rows have none of it: a national table has 35,000, and this runs while one types.
            if part in row.text or letters in row.text or row.category in called
            if (rank := _rank(row, words, called.get(row.category), letters)) is not None
        ]
        ranked.sort(
            key=lambda pair: (
                pair[0],
                0 if pair[0] in _BY_CODE else len(pair[1].name),
                pair[1].code,
            )
        )
        if not ranked and CODE.fullmatch(code) and (broader := self.find(code)) is not None:
            return (broader,)
        return tuple(one for _, one in ranked[:most])


_BY_CODE = (0, 2)


class _Fit(IntEnum):
    """How what was typed stands in the pinyin of a name."""

    NONE = 0
    WITHIN = 1
    BEGINS = 2
    ENDS = 3
    WHOLE = 4


@dataclass(frozen=True, slots=True)
class _Spelled:
    """Pinyin as letters alone, and where its syllables begin."""

    letters: str
    begins: tuple[int, ...]

    @classmethod
    def all_of(cls, pinyin: str) -> "tuple[_Spelled, ...]":
        """Each way to read it."""
        syllables = [one.split("/")[:_MOST_READINGS] for one in pinyin.split()]
        ways = islice(product(*syllables), _MOST_SPELLINGS) if syllables else ()
        return tuple(map(cls.of, ways))

    @classmethod
    def of(cls, syllables: Iterable[str]) -> "_Spelled":
        told = [_letters(one) for one in syllables]
        lengths = accumulate((len(one) for one in told), initial=0)
        return cls("".join(told), tuple(lengths)[:-1])

    def fits(self, typed: str) -> _Fit:
        """From the beginning of a syllable on: `ai` is not in `hai`. What stands last is a kind
        only where it is more than one syllable."""
        if typed == self.letters:
            return _Fit.WHOLE
        if self.letters.endswith(typed) and len(self.letters) - len(typed) in self.begins[:-1]:
            return _Fit.ENDS
        if self.letters.startswith(typed):
            return _Fit.BEGINS
        within = any(self.letters.startswith(typed, begin) for begin in self.begins)
        return _Fit.WITHIN if within else _Fit.NONE


_MOST_READINGS, _MOST_SPELLINGS = 2, 4
_U_WITH_DOTS = str.maketrans("vü", "uu")


def _letters(typed: str) -> str:
    """Pinyin however it is typed: `nü'xing`, `nv xing` and `nuxing` are one."""
    return "".join(sign for sign in typed.translate(_U_WITH_DOTS) if sign.isalnum())


@dataclass(frozen=True, slots=True)
class _Row:
    """A diagnosis as it is searched; `text` has all that it is found by."""

    one: Diagnosis
    category: str
    english: str
    spelled: tuple[_Spelled, ...]
    text: str

    @classmethod
    def of(cls, one: Diagnosis) -> "_Row":
        spelled, english = _Spelled.all_of(one.pinyin), one.name_en.lower()
        letters = (way.letters for way in spelled)
        text = "\n".join((one.code.lower(), one.name, one.initials, english, *letters))
        return cls(one, one.category, english, spelled, text)

    def fit(self, letters: str) -> _Fit:
        if len(letters) < 2:
            return _Fit.NONE
        return max((way.fits(letters) for way in self.spelled), default=_Fit.NONE)


def _rank(row: _Row, words: str, called: int | None, letters: str) -> int | None:
    """How well it fits, 0 best; None when it does not. `called`: by what people call it; `letters`:
    what may be pinyin.

    In Chinese the kind stands last: 原发性高血压 is a hypertension, 高血压性心脏病 is none.
    """
    one, english = row.one, row.english
    if one.code.lower().startswith(words):
        return 0
    spelled = row.fit(letters)
    if words in (one.name, one.initials) or called == 1 or spelled is _Fit.WHOLE:
        return 1
    kinds = one.name.endswith(words), _kind_of(one.initials, words), english.endswith(f" {words}")
    if "." not in one.code and (any(kinds) or spelled is _Fit.ENDS):
        return 2
    if one.name.startswith(words):
        return 3
    if one.initials.startswith(words) or called is not None or spelled is _Fit.BEGINS:
        return 4
    if words in one.name or english.startswith(words):
        return 5
    if all(part in english for part in words.split()) and len(words) > 2:
        return 6
    if (len(words) > 1 and words in one.initials) or spelled is not _Fit.NONE:
        return 7
    return None


def _called(words: str) -> dict[str, int]:
    """Which codes people call so: 1 where it is the very word, 4 where it begins so."""
    found: dict[str, int] = {}
    letters = _letters(words)
    for code, name, initials, spelled in _everyday():
        fits = len(letters) > 1 and any(one.letters.startswith(letters) for one in spelled)
        if fits or name.startswith(words) or initials.startswith(words):
            whole = words in (name, initials) or any(one.letters == letters for one in spelled)
            rank = 1 if whole else 4
            for key in (code, code[:3]):  # I48.x01 of a national table is of I48 alone
                found[key] = min(found.get(key, 4), rank)
    return found


def _kind_of(initials: str, words: str) -> bool:
    return len(words) > 2 and initials.endswith(words)


def read_lines(lines: Iterable[str]) -> Iterable[Diagnosis]:
    """Of a table as this program writes it: tab-separated, the first line names the columns."""
    for number, line in enumerate(lines):
        parts = line.rstrip("\n").split("\t")
        if number and len(parts) in (_WITHOUT_PINYIN, len(HEADS)):
            yield Diagnosis(*parts)


def written_lines(diagnoses: Iterable[Diagnosis]) -> Iterable[str]:
    yield "\t".join(HEADS)
    for one in diagnoses:
        yield "\t".join((one.code, one.name, one.name_en, one.initials, one.pinyin))


def with_own(text: str) -> DiagnosisTable:
    """A hospital's own table, and what comes with the program where that has no such code."""
    return DiagnosisTable((*read_lines(text.splitlines()), *shipped()))


@cache
def _everyday() -> tuple[tuple[str, str, str, tuple[_Spelled, ...]], ...]:
    """(code, what people call it, its initials, its pinyin), lower case."""
    lines = resource("codes", "icd10_called.tsv").read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines[1:])
    return tuple(
        (code, name.lower(), initials, _Spelled.all_of(pinyin))
        for code, name, initials, pinyin in rows
    )


@cache
def shipped() -> DiagnosisTable:
    """Common diagnoses in the words of WHO's ICD-10, which every installation has."""
    text = resource("codes", "icd10.tsv").read_text(encoding="utf-8")
    return DiagnosisTable(read_lines(text.splitlines()))
