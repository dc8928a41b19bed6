"""A content tree as lines to be read one after the other (PS3.3 C.17.3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, auto

from app.imaging.references import Reference
from app.imaging.structured_report import (
    ContentItem,
    Position,
    Relationship,
    StructuredReport,
    ValueType,
)
from app.viewers.document.code_words import code_words, rounded

SHORT = 90
"""Characters up to which a text stands beside its name."""
_HEADINGS = (ValueType.CONTAINER, ValueType.TABLE)


class LineKind(Enum):
    """How a line is set."""

    HEADING = auto()
    ROW = auto()
    BLOCK = auto()


@dataclass(frozen=True, slots=True)
class Line:
    """One line: `label` and `value` as plain text, `level` from 0 how far in it stands."""

    kind: LineKind
    level: int
    label: str
    item: ContentItem
    value: str = ""
    references: tuple[Reference, ...] = ()
    also: tuple[Position, ...] = ()
    """Positions of items without a line of their own that are found here."""


@dataclass(frozen=True, slots=True)
class Reading:
    """All lines of a document, and which of its items others refer to."""

    lines: tuple[Line, ...]
    targets: dict[Position, str] = field(default_factory=dict)


def lines_of(report: StructuredReport) -> Reading:
    """The tree in reading order; `targets` maps a position to what is there, in words."""
    lines = tuple(line for child in report.root.children for line in _lines(child, 0, ()))
    wanted = {item.target for item in report.root.walk() if item.target}
    targets = {
        item.position: _short(item) for item in report.root.walk() if item.position in wanted
    }
    return Reading(lines, targets)


def _short(item: ContentItem) -> str:
    name = code_words(item.name)
    value = " ".join(part for part in (spoken_value(item), item.unit) if part)
    joined = ": ".join(part for part in (name, value) if part)
    return joined if len(joined) <= SHORT else f"{joined[:SHORT]}…"


def spoken_value(item: ContentItem) -> str:
    """The value as a reader of the language that is on takes it in: codes in words, numbers
    rounded."""
    if item.kind is ValueType.CODE and item.code is not None:
        return code_words(item.code)
    return rounded(item.value) if item.kind is ValueType.NUM else item.value


def _is_modifier(item: ContentItem) -> bool:
    return (
        item.relationship is Relationship.MODIFIER
        and item.kind in (ValueType.CODE, ValueType.TEXT)
        and not item.children
        and 0 < len(item.value) <= SHORT
    )


def _lines(item: ContentItem, level: int, also: tuple[Position, ...]) -> Iterator[Line]:
    """An item, then what is below it; modifiers stand in the item's own label. `also` are items
    above without a line."""
    folded = [child for child in item.children if _is_modifier(child)]
    modifiers = [spoken_value(child) for child in folded]
    also = (*also, *(child.position for child in folded))
    rest = [child for child in item.children if not _is_modifier(child)]
    name = code_words(item.name)
    label = f"{name} ({', '.join(modifiers)})" if modifiers else name
    if item.kind in _HEADINGS:
        if label:
            yield Line(LineKind.HEADING, level, label, item, also=also)
        below, also = (level + 1, ()) if label else (level, (*also, item.position))
    else:
        long = len(item.value) > SHORT or "\n" in item.value.strip()
        yield Line(
            LineKind.BLOCK if long else LineKind.ROW,
            level,
            label,
            item,
            value=spoken_value(item),
            references=item.references,
            also=also,
        )
        below, also = level + 1, ()
    for child in rest:
        yield from _lines(child, below, also)
        also = ()
