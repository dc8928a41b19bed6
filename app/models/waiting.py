"""Where a waiting case of the clinic stands, in a few words and in a sentence."""

from datetime import datetime

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from app.models.times import clock, duration
from protocol.waiting import WaitingPlace, WaitUnknown

_SHORT = {
    WaitUnknown.NO_EXPERT: QT_TRANSLATE_NOOP("waiting", "no expert there"),
    WaitUnknown.NO_AGREEMENT: QT_TRANSLATE_NOOP("waiting", "no agreement"),
    WaitUnknown.DISPATCHER: QT_TRANSLATE_NOOP("waiting", "centre decides"),
    WaitUnknown.NO_MEASURE: QT_TRANSLATE_NOOP("waiting", "wait unknown"),
    WaitUnknown.LONGER: QT_TRANSLATE_NOOP("waiting", "longer than usual"),
}
_WHOLE = {
    WaitUnknown.NO_EXPERT: QT_TRANSLATE_NOOP(
        "waiting", "No expert who could take it can be reached now."
    ),
    WaitUnknown.NO_AGREEMENT: QT_TRANSLATE_NOOP(
        "waiting",
        "Your institution has no agreement in force with a hospital of this department: ask your "
        "administrator.",
    ),
    WaitUnknown.DISPATCHER: QT_TRANSLATE_NOOP(
        "waiting", "Nobody it rang has taken it: the consultation centre decides."
    ),
    WaitUnknown.NO_MEASURE: QT_TRANSLATE_NOOP(
        "waiting", "How long it takes is unknown: too few cases were taken lately."
    ),
    WaitUnknown.LONGER: QT_TRANSLATE_NOOP("waiting", "It takes longer than the cases before it."),
}


def place_words(place: WaitingPlace, now: datetime) -> str:
    """As a cell of a list: No. 2 of 5 · about 12 min."""
    translate = QCoreApplication.translate
    number = translate("waiting", "No. {n} of {m}").format(n=place.position, m=place.of)
    return f"{number} · {_wait(place, now)}"


def place_sentence(place: WaitingPlace, department: str, now: datetime) -> str:
    """The same in full, with why nothing is known."""
    translate = QCoreApplication.translate
    where = translate("waiting", "No. {n} of {m} in the queue of {department}.").format(
        n=place.position, m=place.of, department=department
    )
    expected = _expected(place, now)
    if expected is None:
        return f"{where} {translate('waiting', str(_WHOLE[_unknown(place)]))}"
    text = translate("waiting", "An expert is expected in about {time}, at {clock}.")
    return f"{where} {text.format(time=duration(expected - now), clock=clock(expected))}"


def _wait(place: WaitingPlace, now: datetime) -> str:
    translate = QCoreApplication.translate
    expected = _expected(place, now)
    if expected is None:
        return translate("waiting", str(_SHORT[_unknown(place)]))
    return translate("waiting", "about {time}").format(time=duration(expected - now))


def _expected(place: WaitingPlace, now: datetime) -> datetime | None:
    """A time that has passed says nothing any more, also where the server cannot be asked."""
    at = place.expected_at
    return at if at is not None and at > now else None


def _unknown(place: WaitingPlace) -> WaitUnknown:
    return place.unknown or WaitUnknown.LONGER
