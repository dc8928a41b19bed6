"""Whether a name in Latin letters can be a name in Chinese characters, read as Hanyu Pinyin."""

import re
import unicodedata
from functools import cache, lru_cache

_U_WITH_DOTS = re.compile("ü|u:|u¨")
_MOST_CHARACTERS = 12
"""A longer name in characters is compared by nobody."""
_LONGEST, _MOST = 6, 3
"""Letters of a syllable (zhuang), and syllables of a given name."""
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
_LATIN = re.compile("[a-z]+")


@lru_cache(maxsize=1024)
def can_be(latin: str, characters: str) -> bool | None:
    """Whether `latin` can be how somebody wrote `characters` (PS3.5 6.2.1.2: the alphabetic and the
    ideographic group of one name).

    Any reading of a character counts, in either order of family and given name; tones, spaces,
    hyphens, `^` and case do not matter, and ü may be written v, u or yu (吕: LÜ, LV, LU, LYU).

    Returns:
        None where they cannot be compared: other characters than Chinese, other letters than Latin.
    """
    written, letters = _han(characters), _latin(latin)
    if not _HAN.fullmatch(written) or not _LATIN.fullmatch(letters):
        return None
    if len(written) > _MOST_CHARACTERS:
        return None
    readings = [_readings(one) for one in written]
    if not all(readings):
        return None
    # Turned at every place: which characters are the family name nobody says.
    turned = (readings[at:] + readings[:at] for at in range(len(readings)))
    return any(re.fullmatch("".join(one), letters) is not None for one in turned)


def latin_pattern(characters: str) -> str:
    """A pattern of every way a name in characters may stand in a text in Latin letters: with any
    reading, family or given name first, together or apart. Empty where it cannot be read."""
    written = _han(characters)
    readings = [_readings(one) for one in written]
    if not _HAN.fullmatch(written) or len(written) > _MOST_CHARACTERS or not all(readings):
        return ""
    turned = (readings[at:] + readings[:at] for at in range(len(readings)))
    return "|".join(r"[\s,·^'-]*".join(one) for one in turned)


def has_characters(text: str) -> bool:
    """Whether a name has Chinese characters."""
    return _HAN.search(text) is not None


def spelled(characters: str) -> str:
    """A name as it is most often read, in capitals, a word a syllable; empty where a character has
    no reading."""
    from pypinyin.pinyin_dict import pinyin_dict

    read = [pinyin_dict.get(ord(one), "").split(",")[0] for one in _han(characters)]
    return " ".join(_without_tones(one) for one in read).upper() if all(read) else ""


def initials_in(latin: str) -> tuple[str, ...]:
    """The initials of a given name that is written as one word of Pinyin, by each way to part its
    syllables: XIAOWEN is XW. Empty where it is none, or of one syllable."""
    letters = _latin(latin)
    ways: list[list[str]] = [[""], *([] for _ in letters)]
    for end in range(1, len(letters) + 1):
        for begin in range(max(0, end - _LONGEST), end):
            # Within a word a syllable that begins with a vowel is parted from the one before.
            if letters[begin:end] in _syllables() and (not begin or letters[begin] not in "aeo"):
                ways[end] += [f"{one}{letters[begin]}" for one in ways[begin] if len(one) < _MOST]
    return tuple(sorted({one.upper() for one in ways[-1] if len(one) > 1}))


@cache
def _syllables() -> frozenset[str]:
    from pypinyin.pinyin_dict import pinyin_dict

    read = {one for said in set(pinyin_dict.values()) for one in said.split(",")}
    return frozenset(one for one in map(_latin, read) if not set("aeiouv").isdisjoint(one))


def _han(text: str) -> str:
    return "".join(letter for letter in text if letter.isalpha())


def _latin(text: str) -> str:
    """Letters alone: without tones, written as marks or as digits."""
    dotted = _U_WITH_DOTS.sub("v", _without_tones(text.casefold()))
    return "".join(letter for letter in dotted if letter.isalpha())


def _without_tones(text: str) -> str:
    parts = unicodedata.normalize("NFD", text)
    plain = "".join(
        one for one in parts if not unicodedata.combining(one) or one == "\N{COMBINING DIAERESIS}"
    )
    return unicodedata.normalize("NFC", plain)


@lru_cache(maxsize=4096)
def _readings(character: str) -> str:
    """A pattern of all readings of one character; empty where it has none."""
    from pypinyin.pinyin_dict import pinyin_dict  # a third of a second the first time: `warm_up`

    found = {_latin(one) for one in pinyin_dict.get(ord(character), "").split(",")}
    patterns = sorted(one.replace("v", "(?:v|u|yu)") for one in found if one)
    return f"(?:{'|'.join(patterns)})" if patterns else ""


def warm_up() -> None:
    """Reads the table of readings, so that the first comparison waits for nothing; for a thread."""
    _readings("\N{CJK UNIFIED IDEOGRAPH-6797}")
