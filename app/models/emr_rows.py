"""The rows of a record: an entry in words, or a value with its flag, usual range and time."""

from collections import Counter

from PySide6.QtCore import QCoreApplication

from app.models.emr_words import (
    day_words,
    entry_line,
    flag_words,
    status_words,
    title_words,
    value_words,
    when_words,
)
from app.models.table import TextRow
from app.net.emr.clinical import CANCELLED, Entry, Found, Result, is_apart, told_of

MOST_NOT_DRAWN = 3
_A_DAY = len("2026-01-31")
NOTED = "†"
"""Behind a value of which the laboratory says more; its words are in the tip."""


def entry_row(entry: Entry, key: str) -> TextRow:
    line = entry_line(entry)
    mark = "⚠ " if entry.critical else ""
    what = f"{mark}{title_words(entry)}" + (f" — {line}" if line else "")
    tip = tip_of(what, entry.group, when_words(entry.at))
    if entry.contents:  # Enter shows it
        what = f"▸ {what}"
        tip = tip_of(tip, QCoreApplication.translate("emr", "Enter shows it"))
    return TextRow(key, (what, day_words(entry.at)), tip)


def worded_row(entry: Entry, key: str) -> TextRow:
    """Among values: what is said, or awaited, where a value would stand."""
    row = entry_row(entry, key)
    cells = (title_words(entry), entry_line(entry), "", day_words(entry.at))
    return TextRow(key, cells, row.tip)


def study_row(entry: Entry, key: str) -> TextRow:
    """Its images are in the case, and Enter shows them."""
    row = entry_row(entry, key)
    translate = QCoreApplication.translate
    mark = translate("emr", "▸ {what} (in this case)").format(what=row.cells[0])
    return TextRow(key, (mark, row.cells[1]), tip_of(row.tip, translate("emr", "Enter shows it")))


def measured_row(key: str, found: Found, names: Counter[str]) -> TextRow:
    """Several things of one name say which panel they are of."""
    entry, result = told_of(found)
    state, mark = status_words(entry.code), NOTED if entry.notes else ""
    several = names[result.title] > 1
    alike = entry.group and several
    unsure = is_apart(key, entry) or (several and 0 < len(entry.at) < _A_DAY)
    cells = (
        f"{result.title} ({entry.group})" if alike else result.title,
        " ".join(part for part in (value_words(result), state, mark) if part),
        result.usual,
        f"{day_words(entry.at)} ?" if unsure else day_words(entry.at),
    )
    translate = QCoreApplication.translate
    flag = flag_words(result.flag) if result.flag else ""
    if result.derived:
        text = translate("emr", "{flag} by the usual range; the laboratory gave no flag")
        flag = text.format(flag=flag)
    usual = translate("emr", "Usual: {range}").format(range=result.usual) if result.usual else ""
    said = (value_words(result), usual, flag, "; ".join(entry.notes), entry.group)
    doubt = translate(
        "emr", "When exactly is not told: it may be newer than the others of its name."
    )
    when = when_words(entry.at)
    before = _before(not_drawn([one for one in found if one[0] is not entry]))
    return TextRow(key, cells, tip_of(result.title, *said, when, doubt if unsure else "", before))


def is_point(entry: Entry, result: Result) -> bool:
    """What was cancelled was not measured, and `<0.01` may be anything below."""
    return entry.code not in CANCELLED and result.text[:1] not in "<>≤≥"


def not_drawn(found: Found) -> Found:
    """The numbers that a line of them leaves out."""
    return [one for one in found if one[1].number is not None and not is_point(*one)]


def _before(told: Found) -> str:
    if not told:
        return ""
    more = "… " if len(told) > MOST_NOT_DRAWN else ""
    said = "; ".join(on_a_day(*one) for one in told[-MOST_NOT_DRAWN:])
    text = QCoreApplication.translate("emr", "Not in the line: {values}")
    return text.format(values=f"{more}{said}")


def on_a_day(entry: Entry, result: Result) -> str:
    said = (day_words(entry.at), value_words(result), status_words(entry.code))
    return " ".join(part for part in said if part)


def tip_of(*parts: str) -> str:
    return "\n".join(part for part in parts if part)
