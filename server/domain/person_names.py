"""How people are written in texts: patterns of every way in which a known name may stand there.

A name in characters: as it is, in Pinyin, the given name alone, the family name with a title. One
in Latin letters: in either order, any part of it with a title; of the patient also a part alone
that is no word besides. Who is named nowhere else stays in a text: somebody reads it before it is
given away.
"""

import re
from collections.abc import Iterator

from protocol.readings import initials_in, latin_pattern, spelled

PERSON = re.compile(r"[\u3400-\u9fff]{1,4}")
_LATIN = re.compile(r"[^\W\d_][\w'’.-]*(?:[\s,^·]+[^\W\d_][\w'’.-]*){0,3}")
_DOUBLE = frozenset("欧阳 司马 上官 诸葛 东方 皇甫 尉迟 公孙 慕容 令狐 司徒 夏侯".split())
_TITLES = (
    "主任|医生|医师|大夫|教授|院长|所长|护士|女士|先生|小姐|太太|老师|同志|师傅|"
    "大爷|大妈|大娘|大伯|阿姨|奶奶|爷爷|婆婆|老太|某某|某|氏|姓"
)
_AFTER_SMALL = frozenset("叶肠脑骨腿腹便白黄年")
"""Family names that make words of 小 and 老: 小叶, 小肠, 老年."""
_ADDRESSED = (
    "mrs?|ms|miss|mx|mme|dr|doctor|prof|professor|sir|madam|nurse|sister|herr|frau|patient|pt"
)
_PLACES = frozenset(
    "hospital clinic centre center health medical university college institute department ward "
    "county city town village province school unit of the".split()
)
"""A name with one of these is none of a person."""
_WORDS = frozenset(
    "may june april august rose brown white black green gray grey long short young old hill wood "
    "stone field rice bone hand foot head heart hope grace joy faith will mark bell ball small "
    "little strong sharp hardy parkinson graves crohn down turner marfan hodgkin bright cushing "
    "addison alzheimer horner wilson barrett berry stein price king page moon frost lamb wolf fox "
    "lung lobe mass cyst node left right upper lower".split()
)
"""Parts of names that are words too, of English or of medicine."""
_BEGINS, _ENDS = r"(?<![^\W\u3400-\u9fff])", r"(?![^\W\u3400-\u9fff])"
"""Of words in Latin letters; among characters nothing parts them."""
_CAPITAL = r"(?=(?-i:[^\Wa-z\d_]))"
"""Part of a name that stands alone is written as one, whatever the case of the rest."""
DISTINCTIVE = 4
"""So many letters a part of a name has at least to be taken for it wherever it stands."""


def ways_of(name: str, *, patient: bool = False) -> Iterator[str]:
    """Patterns (to be matched in any case) of how a person of this name is written; none of what is
    no name of a person."""
    if PERSON.fullmatch(name):
        yield from _of_characters(name)
    elif _LATIN.fullmatch(name):
        parts = [one for one in re.split(r"[\s,^·]+", name.strip(".,")) if one]
        if not _PLACES & {one.casefold() for one in parts}:
            yield from _of_letters(parts, patient=patient)


def _of_characters(name: str) -> Iterator[str]:
    family = 2 if name[:2] in _DOUBLE and len(name) > 2 else 1
    if len(name) > 1:
        yield r"\s*".join(name)
    if len(name) > 1 and (latin := latin_pattern(name)):
        yield rf"(?<![A-Za-z])(?:{latin})(?![A-Za-z])"
    if len(name) - family > 1:
        yield r"\s*".join(name[family:])
    yield rf"{re.escape(name[:family])}\s*(?:{_TITLES}|[xX×✕*＊○〇]{{1,2}}(?!\w|\.(?-i:[A-Z])))"
    if name[0] not in _AFTER_SMALL:
        yield rf"[老小]{re.escape(name[:family])}(?!{re.escape(name[family : family + 1]) or '$'})"
    given = spelled(name[family:]).split()
    if latin := latin_pattern(name[:family]):
        yield _addressed(latin)
        yield from _with_initials(latin, given)
    if given:
        yield rf"{re.escape(name[:family])}\s*{_together(given)}(?![A-Za-z])"


def _of_letters(parts: list[str], *, patient: bool) -> Iterator[str]:
    between = r"[\s,^·]+"
    quoted = [re.escape(one) for one in parts]
    for at in range(len(parts) if len(parts) > 1 else 0):
        yield _alone(between.join(quoted[at:] + quoted[:at]))
    for one, pattern in zip(parts, quoted, strict=True):
        if len(one.strip(".")) > 1:
            yield _addressed(pattern)
        others = [other for other in parts if other is not one]
        yield from _with_initials(pattern, others) if len(one) > 1 else ()
        letters = sum(sign.isalpha() for sign in one)
        if patient and letters >= DISTINCTIVE and one.casefold() not in _WORDS:
            yield _alone(rf"{_CAPITAL}{pattern}")


def _with_initials(family: str, given: list[str]) -> Iterator[str]:
    """Wang XM, Wang X.-M., X. M. Wang; of Wang Xiaoming, too."""
    if given:
        initials = _together(given)
        yield _alone(rf"{_CAPITAL}(?:{family})[\s,^-]+{initials}")
        yield _alone(rf"{initials}[\s^]*{_CAPITAL}(?:{family})")


def _together(given: list[str]) -> str:
    return r"[\s-]?".join(_initials(one) for one in given)


def _initials(given: str) -> str:
    """Of one word, which may be several syllables of Pinyin."""
    ways = (*initials_in(given), given[0].upper())
    said = (r"[\s-]?".join(rf"(?-i:{re.escape(one)})\.?" for one in way) for way in ways)
    return f"(?:{'|'.join(said)})"


def _addressed(name: str) -> str:
    return rf"{_BEGINS}(?:{_ADDRESSED})\b\.?\s*{_CAPITAL}(?:{name}){_ENDS}"


def _alone(pattern: str) -> str:
    return rf"{_BEGINS}(?:{pattern}){_ENDS}"
