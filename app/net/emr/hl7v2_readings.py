"""Which value or statement of HL7 v2 messages is meant by what corrects it or takes it back, where
that writes it otherwise: with another name, another time, a code alone."""

from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass, field

from app.net.emr.elements import Json, codes, text_of

_MOST = 500
"""Of so many under one code nobody looks for the one that is meant."""
_ANYTHING = "?"
"""What stands for the code of an order that has none."""


@dataclass(frozen=True, slots=True)
class Called:
    """Codes of a CodeableConcept, and its words."""

    codes: frozenset[str]
    words: str

    def is_like(self, other: "Called") -> bool:
        """By a code of both; by their words where one has no code."""
        if self.codes and other.codes:
            return not self.codes.isdisjoint(other.codes)
        return bool(self.words) and self.words == other.words


def called(code: Json | None) -> Called:
    told = code or {}
    return Called(frozenset(codes({"coding": told.get("coding")})), text_of(told.get("text")))


def key_of(code: Json | None) -> str:
    """What it is: its first code with the system of that, its words only where it has none."""
    coding = next(iter((code or {}).get("coding") or ()), None)
    if coding is None:
        return text_of((code or {}).get("text"))
    return f"{coding['code']}^{coding.get('system', '')}"


def named_as(code: Json, known: Json | None) -> Json:
    """A code that comes alone has the words it had before."""
    words = (known or {}).get("code", {}).get("text")
    return {**code, "text": words} if words and not code.get("text") else code


@dataclass(frozen=True, slots=True)
class Order:
    """OBR-3, OBR-2, OBR-4, and what it was taken of."""

    filler: str = ""
    placer: str = ""
    panel: Json = field(default_factory=dict)
    specimen: str = ""

    @property
    def number(self) -> str:
        return self.filler or self.placer

    @property
    def key(self) -> tuple[str, ...]:
        return self.number, key_of(self.panel), self.specimen

    def is_that_of(self, other: "Order") -> bool | None:
        """None where no number says so."""
        if self.specimen and other.specimen and self.specimen != other.specimen:
            return False
        both = ((self.filler, other.filler), (self.placer, other.placer))
        return next((one == that for one, that in both if one and that), None)

    def is_panel_of(self, other: "Order") -> bool:
        return called(self.panel).is_like(called(other.panel))

    @property
    def names_a_panel(self) -> bool:
        return self.panel.get("text") != _ANYTHING


def panel_of(code: Json | None) -> Json:
    return code or {"text": _ANYTHING}


@dataclass(frozen=True, slots=True)
class Reading:
    """A value. `unit`: what stands and goes as one with it, the lines of a text or it alone."""

    order: Order
    called: Called
    at: str
    sub: str
    unit: tuple[str, ...]


@dataclass
class ByCode:
    """Names of resources by what they are called."""

    _names: dict[tuple[str, str], dict[str, None]] = field(default_factory=dict)
    """By a code, by words, and by words of what has no code."""

    def add(self, name: str, what: Called) -> None:
        worded = ("words",) if what.codes else ("words", "words alone")
        for key in (*(("code", one) for one in what.codes), *((one, what.words) for one in worded)):
            self._names.setdefault(key, {})[name] = None

    def like(self, what: Called) -> list[str]:
        """As `Called.is_like`."""
        words = ("words alone" if what.codes else "words", what.words)
        keys = [*(("code", one) for one in what.codes), *([words] if what.words else [])]
        return list(dict.fromkeys(name for key in keys for name in self._names.get(key, ())))


@dataclass
class Readings:
    """What messages before have said."""

    _told: dict[str, Reading] = field(default_factory=dict)
    _by_code: ByCode = field(default_factory=ByCode)

    def add(self, name: str, reading: Reading) -> None:
        self._told[name] = reading
        self._by_code.add(name, reading.called)

    def meant(
        self, reading: Reading, said: Container[str], stands: Callable[[str], bool], is_gone: bool
    ) -> tuple[dict[str, Reading], bool]:
        """Those of one unit that stand and are meant, none where it is not certain; and whether
        there is one that might be. What is `said` in the same message is not."""
        like = [name for name in self._by_code.like(reading.called) if name not in said]
        if len(like) > _MOST:
            return {}, True
        same = {name: self._told[name].order.is_that_of(reading.order) for name in like}
        standing = {name: self._told[name] for name in like if stands(name)}
        found = _narrowed([name for name in standing if same[name]], standing, reading)
        if len({standing[name].unit for name in found}) == 1:
            return {name: standing[name] for name in found}, False
        unsure = any(same[name] is None for name in standing)
        unfound = is_gone and bool(standing) and True not in same.values()
        return {}, bool(found) or unsure or unfound


def _narrowed(names: list[str], told: dict[str, Reading], reading: Reading) -> list[str]:
    """By one thing after the other, as far as any agrees in it."""
    alike: Iterable[Callable[[Reading], bool]] = (
        lambda one: one.order.is_panel_of(reading.order),
        lambda one: one.at == reading.at,
        lambda one: bool(one.called.words) and one.called.words == reading.called.words,
        lambda one: one.sub == reading.sub,
    )
    for is_alike in alike:
        names = [name for name in names if is_alike(told[name])] or names
    return names
