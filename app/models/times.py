"""Dates, ages, waits and sizes as people read them (ui.md, Manners)."""

from datetime import UTC, date, datetime, timedelta

from PySide6.QtCore import QCoreApplication

BYTES_A_STEP = 1024


def moment(at: datetime) -> str:
    """2026-11-21 14:05, in the zone of this machine."""
    return at.astimezone().isoformat(" ", "minutes")[:16]


def day(at: datetime) -> str:
    """2026-11-21, in the zone of this machine."""
    return at.astimezone().date().isoformat()


def clock(at: datetime) -> str:
    """14:05, in the zone of this machine."""
    return at.astimezone().strftime("%H:%M")


def age(born: date, today: date) -> str:
    """Years; months below three years."""
    months = (today.year - born.year) * 12 + today.month - born.month - (today.day < born.day)
    translate = QCoreApplication.translate
    if months < 36:
        return translate("times", "{n} months").format(n=max(0, months))
    return translate("times", "{n} years").format(n=months // 12)


def duration(span: timedelta) -> str:
    """A short length of time: 45 s, 12 min, 3 h 20 min, 2 d."""
    seconds = max(0, int(span.total_seconds()))
    translate = QCoreApplication.translate
    if seconds < 60:
        return translate("times", "{n} s").format(n=seconds)
    minutes = seconds // 60
    if minutes < 60:
        return translate("times", "{n} min").format(n=minutes)
    hours, rest = divmod(minutes, 60)
    if hours < 24:
        return translate("times", "{h} h {m} min").format(h=hours, m=rest)
    return translate("times", "{n} d").format(n=hours // 24)


def byte_size(count: float) -> str:
    """1.5 MB; decimals from MB upwards."""
    for unit in ("B", "KB"):
        if count < BYTES_A_STEP:
            return f"{count:.0f} {unit}"
        count /= BYTES_A_STEP
    for unit in ("MB", "GB"):
        if count < BYTES_A_STEP:
            return f"{count:.1f} {unit}"
        count /= BYTES_A_STEP
    return f"{count:.1f} TB"


def now() -> datetime:
    return datetime.now(UTC)
