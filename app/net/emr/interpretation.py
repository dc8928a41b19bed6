"""How a laboratory says that a value is to be read (Observation.interpretation, OBX-8)."""

import re
from dataclasses import dataclass
from itertools import product

from app.net.emr.clinical import Flag
from app.net.emr.elements import codes, concept, listed, objects, text_of

_HIGH = ("h", "hu", "hx", "h>", ">", "↑", "high", "高", "偏高", "升高", "增高")
_LOW = ("l", "lu", "lx", "l<", "<", "↓", "low", "低", "偏低", "降低", "减低")
_CRITICAL = ("危急值", "危急", "critical", "critically", "panic")


def _critical(directions: tuple[str, ...]) -> list[str]:
    pairs = product(_CRITICAL, directions)
    return [one for word, way in pairs for one in (f"{word}{way}", f"{way}{word}")]


_FLAGS = {
    **dict.fromkeys(_HIGH, Flag.HIGH),
    **dict.fromkeys(_LOW, Flag.LOW),
    **dict.fromkeys(("hh", "↑↑", *_critical(_HIGH[6:])), Flag.CRITICAL_HIGH),
    **dict.fromkeys(("ll", "↓↓", *_critical(_LOW[6:])), Flag.CRITICAL_LOW),
    **dict.fromkeys(("a", "pos", "det", "*", "abnormal", "异常", "阳性"), Flag.ABNORMAL),
    **dict.fromkeys(("aa", "**", "criticallyabnormal", *_CRITICAL), Flag.CRITICAL),
}
"""Table 0078, and what stands in its place, without spaces."""
_NORMAL = ("n", "neg", "nd", "normal", "正常", "阴性")
_SPACES = re.compile(r"[\s:：,，()（）_-]+")
_WORST = (
    *(Flag.CRITICAL_HIGH, Flag.CRITICAL_LOW, Flag.CRITICAL),
    *(Flag.HIGH, Flag.LOW, Flag.ABNORMAL),
)
_UP, _DOWN = (Flag.HIGH, Flag.CRITICAL_HIGH), (Flag.LOW, Flag.CRITICAL_LOW)


@dataclass(frozen=True, slots=True)
class Interpretation:
    """`flag`: the worst that is said. `words`: what no flag says, and what contradicts it."""

    flag: Flag | None = None
    normal: bool = False
    words: tuple[str, ...] = ()


def read_interpretation(value: object) -> Interpretation:
    flags: dict[Flag, str] = {}
    words, normal = [], False
    for one in listed(value):
        names = {_SPACES.sub("", name).casefold() for name in _names(one)} - {""}
        meant = [_FLAGS[name] for name in names if name in _FLAGS]
        if meant:
            flags.setdefault(min(meant, key=_WORST.index), concept(one))
        elif names & set(_NORMAL):
            normal = True
        elif names:
            words.append(concept(one))
    worst = min(flags, key=_WORST.index, default=None)
    against = {*_UP, *_DOWN}.difference(_UP if worst in _UP else _DOWN)
    if worst is Flag.CRITICAL:  # which way, another says
        against = {*_UP, *_DOWN}
    words += [said for flag, said in flags.items() if flag in against and flag is not worst]
    told = tuple(dict.fromkeys(one for one in words if one))
    return Interpretation(worst, normal and worst is None, told)


def _names(one: object) -> list[str]:
    """All that a CodeableConcept, a Coding or a text calls it."""
    if not isinstance(one, dict):
        return [text_of(one)]
    displays = [text_of(inner.get("display")) for inner in (*objects(one.get("coding")), one)]
    return [name for name in (*codes(one), *displays, text_of(one.get("text"))) if name]
