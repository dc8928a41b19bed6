"""ICD-10 diagnoses: found by code, by Chinese or English words, or by pinyin or its initials."""

import re
import sys
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from heapq import merge
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
        self._index = _Index(self._sorted)

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
        found = tuple(islice(self._index.best_first(words), most))
        if not found and CODE.fullmatch(code) and (broader := self.find(code)) is not None:
            return (broader,)
        return found


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

    def fits(self, typed: str) -> bool:
        """From the beginning of a syllable on: `ai` is not in `hai`."""
        return any(self.letters.startswith(typed, begin) for begin in self.begins)

    def ends(self, typed: str) -> bool:
        """What stands last is a kind only where it is more than one syllable."""
        return self.letters.endswith(typed) and len(self.letters) - len(typed) in self.begins[:-1]


_MOST_READINGS, _MOST_SPELLINGS = 2, 4


def _letters(typed: str) -> str:
    """Pinyin however it is typed: `nü'xing`, `nǚ xìng`, `nv xing` and `nuxing` are one."""
    plain = unicodedata.normalize("NFD", typed).replace("v", "u")
    return "".join(sign for sign in plain if sign.isalnum())


@dataclass(frozen=True, slots=True)
class _Row:
    """A diagnosis as it is searched; `starts`: two letters from where each syllable begins."""

    one: Diagnosis
    english: str
    spelled: tuple[_Spelled, ...]
    starts: str

    @classmethod
    def of(cls, one: Diagnosis) -> "_Row":
        spelled = _Spelled.all_of(one.pinyin)
        starts = {way.letters[at : at + 2] for way in spelled for at in way.begins}
        return cls(one, one.name_en.lower(), spelled, " ".join(starts))


class _Beginnings:
    """Texts and the number of the row each is of, found by how they begin."""

    def __init__(self, texts: Iterable[tuple[str, int]]) -> None:
        self._texts = sorted(texts)

    def of(self, words: str) -> dict[int, bool]:
        """The rows in their order; True where one is the very text."""
        first = bisect_left(self._texts, (words, -1))
        after = bisect_left(self._texts, (words + _LAST_SIGN, -1))
        found = sorted((number, text == words) for text, number in self._texts[first:after])
        return dict(found)  # of two spellings the whole one stands last


class _Lines:
    """Texts as one, which is looked through far faster than each of them."""

    def __init__(self, texts: Iterable[str]) -> None:
        told = [f"{text}\n" for text in texts]
        self._text = "".join(told)
        self._begins = tuple(accumulate(map(len, told), initial=0))

    def holding(self, words: str) -> Iterator[int]:
        """Which of them hold `words`, in their order."""
        place = self._text.find(words)
        while place >= 0:
            after = bisect_right(self._begins, place)
            yield after - 1
            place = self._text.find(words, self._begins[after])


class _Index:
    """What a search needs of a table, so that it looks at every row only where nothing better is
    found: a national table has 35,000, and this runs while one types. The rows stand in the order
    in which they are offered, the shorter name first."""

    def __init__(self, diagnoses: Iterable[Diagnosis]) -> None:
        shorter = sorted(diagnoses, key=lambda one: (len(one.name), one.code))
        self._rows = tuple(map(_Row.of, shorter))
        numbered = tuple(enumerate(self._rows))
        self._codes = _Beginnings((row.one.code.lower(), at) for at, row in numbered)
        self._names = _Beginnings((row.one.name, at) for at, row in numbered)
        self._initials = _Beginnings((row.one.initials, at) for at, row in numbered)
        self._spelled = _Beginnings(
            (way.letters, at) for at, row in numbered for way in row.spelled
        )
        self._all_names = _Lines(row.one.name for row in self._rows)
        self._all_initials = _Lines(row.one.initials for row in self._rows)
        self._all_starts = _Lines(row.starts for row in self._rows)
        self._english = [(at, row.english) for at, row in numbered if row.english]
        self._undotted = [at for at, row in numbered if "." not in row.one.code]
        self._of_category: dict[str, list[int]] = {}
        for at, row in numbered:
            self._of_category.setdefault(row.one.category, []).append(at)

    def best_first(self, words: str) -> Iterator[Diagnosis]:
        """Each once, by how well it fits `words`."""
        seen = set[int]()
        for rows in self._ranks(words, _letters(words)):
            for at in rows:
                if at not in seen:
                    seen.add(at)
                    yield self._rows[at].one

    def _ranks(self, words: str, letters: str) -> Iterator[Iterable[int]]:
        """In Chinese the kind stands last: 原发性高血压 is a hypertension, 高血压性心脏病 none."""
        yield self._by_code(self._codes.of(words))
        called = _called(words, letters)
        names, initials = self._names.of(words), self._initials.of(words)
        spelled = self._spelled.of(letters) if len(letters) > 1 else {}
        very = (at for texts in (names, initials, spelled) for at, whole in texts.items() if whole)
        yield sorted({*very, *self._called(called, most=1)})
        yield self._by_code(at for at in self._undotted if self._is_kind(at, words, letters))
        yield names
        yield sorted({*initials, *spelled, *self._called(called, most=4)})
        begins = [at for at, english in self._english if english.startswith(words)]
        yield merge(begins, self._all_names.holding(words))
        parts = words.split() if len(words) > 2 else []
        if parts:
            yield [at for at, text in self._english if all(one in text for one in parts)]
        if len(words) > 1:
            within = self._all_initials.holding(words)
            yield merge(within, self._within(letters)) if len(letters) > 1 else within

    def _within(self, letters: str) -> Iterator[int]:
        for at in self._all_starts.holding(letters[:2]):
            if len(letters) == 2 or any(way.fits(letters) for way in self._rows[at].spelled):
                yield at

    def _called(self, called: dict[str, int], most: int) -> Iterator[int]:
        for category, rank in called.items():
            if rank <= most:
                yield from self._of_category.get(category, ())

    def _is_kind(self, at: int, words: str, letters: str) -> bool:
        row = self._rows[at]
        kinds = (
            row.one.name.endswith(words),
            _kind_of(row.one.initials, words),
            row.english.endswith(f" {words}"),
        )
        return any(kinds) or (len(letters) > 1 and any(way.ends(letters) for way in row.spelled))

    def _by_code(self, rows: Iterable[int]) -> list[int]:
        return sorted(rows, key=lambda at: self._rows[at].one.code)


_LAST_SIGN = chr(sys.maxunicode)


def _called(words: str, letters: str) -> dict[str, int]:
    """Which codes people call so: 1 where it is the very word, 4 where it begins so."""
    found: dict[str, int] = {}
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
