"""Reports and selections as rich text: every text of the file is escaped, nothing is loaded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape

from PySide6.QtCore import QCoreApplication

from app.imaging.key_objects import KeyObjects
from app.imaging.references import Reference
from app.imaging.series import Instance
from app.imaging.structured_report import ContentItem, Position, StructuredReport, ValueType
from app.viewers.document.code_words import code_words, rounded
from app.viewers.document.report_lines import Line, LineKind, Reading, lines_of
from app.viewers.document.report_words import (
    reason_of_selection,
    reference_words,
    relation_words,
    value_words,
)
from app.viewers.patient_words import patient_words

translate = QCoreApplication.translate
MAX_LINES = 3000
_INDENT = 18


@dataclass(frozen=True, slots=True)
class Page:
    """Rich text; a link `ref:n` means `references[n]`, `#c-1-2` an item of the same page."""

    html: str
    references: tuple[Reference, ...]


Place = Callable[[Reference], str]
"""Says where a referenced object is found, in words; "" where nothing is known."""


class _Links:
    """Numbers the references of a page."""

    def __init__(self, place: Place) -> None:
        self.references: list[Reference] = []
        self._place = place

    def link(self, reference: Reference, kind: ValueType) -> str:
        self.references.append(reference)
        words = escape(reference_words(reference, kind))
        place = escape(self._place(reference))
        link = f"<a href='ref:{len(self.references) - 1}'>{words}</a>"
        return f"{link} · {place}" if place else link


def report_page(
    report: StructuredReport, instance: Instance, colours: Mapping[str, str], place: Place
) -> Page:
    """A structured report; `colours` are the theme's tokens."""
    links = _Links(place)
    reading = lines_of(report)
    title = code_words(report.root.name) or translate("DocumentViewer", "Structured report")
    parts = [f"<h1>{escape(title)}</h1>", _patient(instance, report.moment)]
    parts += [_status(report, colours)]
    body = _Body(links, reading, colours)
    parts += [body.line(line) for line in reading.lines[:MAX_LINES]]
    parts.append(body.closed())
    if report.cut_short or len(reading.lines) > MAX_LINES:
        parts.append(
            _notice(
                translate(
                    "DocumentViewer",
                    "The document is larger than can be shown; the rest is left out.",
                ),
                colours["warning"],
            )
        )
    return Page("".join(parts), tuple(links.references))


def key_page(
    chosen: KeyObjects, instance: Instance, colours: Mapping[str, str], place: Place
) -> Page:
    """A selection of key images."""
    links = _Links(place)
    ink = colours["error"] if chosen.rejects else colours["text"]
    title = translate("DocumentViewer", "Key images")
    reason = " · ".join((reason_of_selection(chosen.reason), *chosen.modifiers))
    parts = [
        f"<h1>{escape(title)}</h1>",
        _patient(instance, chosen.moment),
        f"<p style='font-size:large; color:{ink}'><b>{escape(reason)}</b></p>",
    ]
    if chosen.observer:
        who = translate("DocumentViewer", "Chosen by {name}").format(name=chosen.observer)
        parts.append(f"<p>{escape(who)}</p>")
    parts.append(_paragraphs(chosen.description))
    if chosen.listed_only:
        parts.append(
            _notice(
                translate(
                    "DocumentViewer",
                    "The document marks no images; these are the ones it lists as evidence.",
                ),
                colours["muted"],
            )
        )
    shown = chosen.references[:MAX_LINES]
    rows = "".join(
        f"<tr><td align='right'>{number}</td><td>{links.link(one, ValueType.IMAGE)}</td></tr>"
        for number, one in enumerate(shown, start=1)
    )
    parts.append(f"<table cellpadding='4'>{rows}</table>")
    return Page("".join(parts), tuple(links.references))


def text_page(title: str, text: str) -> Page:
    """A text document."""
    head = f"<h1>{escape(title)}</h1>" if title else ""
    return Page(head + _paragraphs(text), ())


def _patient(instance: Instance, moment: str) -> str:
    whose = " · ".join(patient_words(instance.patient))
    return f"<p><b>{escape(whose)}</b><br>{escape(moment)}</p>"


def _status(report: StructuredReport, colours: Mapping[str, str]) -> str:
    """Whether it is finished, and who vouches for it."""
    found = []
    if report.complete is False:
        words = translate("DocumentViewer", "Partial: the document is not finished.")
        found.append(_notice(words, colours["warning"]))
    elif report.complete:
        words = translate("DocumentViewer", "Complete")
        note = f" – {report.completion_description}" if report.completion_description else ""
        found.append(_notice(words + note, colours["success"]))
    if report.verified is False:
        words = translate("DocumentViewer", "Not verified: nobody has signed for it.")
        found.append(_notice(words, colours["warning"]))
    elif report.verified:
        who = "; ".join(
            " · ".join(part for part in (one.name, one.organisation, one.moment) if part)
            for one in report.verifiers
        )
        words = translate("DocumentViewer", "Verified: {who}").format(who=who or "–")
        found.append(_notice(words, colours["success"]))
    if report.authors:
        words = translate("DocumentViewer", "Author: {who}").format(who="; ".join(report.authors))
        found.append(f"<p>{escape(words)}</p>")
    if report.predecessors:
        words = translate("DocumentViewer", "Replaces {n} earlier document(s).")
        found.append(f"<p>{escape(words.format(n=report.predecessors))}</p>")
    return "".join(found)


def _notice(words: str, colour: str) -> str:
    return f"<p style='color:{colour}; margin-top:2px; margin-bottom:2px'>{escape(words)}</p>"


def _paragraphs(text: str) -> str:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "".join(f"<p style='margin:0 0 4px 0'>{escape(line)}</p>" for line in lines if line)


def _anchor(position: Position) -> str:
    return "c-" + "-".join(str(n) for n in position)


def _exact(item: ContentItem) -> str:
    """The value as it is read; a number that was rounded tells what the file says as a tip."""
    words = escape(value_words(item))
    if item.kind is not ValueType.NUM or rounded(item.value) == item.value:
        return words
    tip = escape(f"{item.value} {item.unit}".strip(), quote=True)
    return f"<span title='{tip}'>{words}</span>"


class _Body:
    """Sets lines; neighbouring rows share a table."""

    def __init__(self, links: _Links, reading: Reading, colours: Mapping[str, str]) -> None:
        self._links, self._targets, self._muted = links, reading.targets, colours["muted"]
        self._open = False

    def line(self, line: Line) -> str:
        """One line, with the table around it opened or closed as needed."""
        item = line.item
        anchor = "".join(
            f"<a name='{_anchor(position)}'></a>"
            for position in (item.position, *line.also)
            if position in self._targets
        )
        if line.kind is LineKind.ROW:
            start = "" if self._open else "<table width='100%' cellspacing='0' cellpadding='3'>"
            self._open = True
            return start + self._row(line, anchor)
        if line.kind is LineKind.HEADING:
            size = min(4, 2 + line.level)
            return f"{self.closed()}{anchor}<h{size}>{escape(line.label)}</h{size}>"
        label = self._label(line)
        head = f"<p style='margin:8px 0 2px 0'><b>{label}</b></p>" if label else ""
        left = _INDENT * min(line.level, 8)
        return (
            f"{self.closed()}{anchor}<div style='margin-left:{left}px'>{head}"
            f"{_paragraphs(line.value)}{self._references(line)}</div>"
        )

    def closed(self) -> str:
        """What ends a table, if one is open."""
        was, self._open = self._open, False
        return "</table>" if was else ""

    def _label(self, line: Line) -> str:
        relation = relation_words(line.item)
        muted = f"<span style='color:{self._muted}'>{escape(relation)} </span>" if relation else ""
        return muted + escape(line.label)

    def _row(self, line: Line, anchor: str) -> str:
        left = _INDENT * min(line.level, 8)
        value = _exact(line.item) + self._references(line)
        if line.item.kind is ValueType.UIDREF:
            value = f"<span style='color:{self._muted}'>{value}</span>"
        if line.item.kind is ValueType.REFERENCE:
            value = self._target(line.item.target)
        return (
            f"<tr><td width='38%' style='padding-left:{left}px; color:{self._muted}'>{anchor}"
            f"{self._label(line)}</td><td>{value}</td></tr>"
        )

    def _references(self, line: Line) -> str:
        kind = line.item.kind
        links = [self._links.link(one, kind) for one in line.references]
        return (" " if line.value and links else "") + " · ".join(links)

    def _target(self, target: Position) -> str:
        words = self._targets.get(target)
        if words is None:
            return escape(
                translate("DocumentViewer", "refers to an item that the document does not have")
            )
        shown = escape(words or ".".join(str(n) for n in target))
        return f"<a href='#{_anchor(target)}'>{shown}</a>"
