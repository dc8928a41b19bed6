"""Visits of HL7 v2 messages (PV1) as Encounters of FHIR."""

from collections.abc import Callable
from dataclasses import dataclass

from app.net.emr.elements import Json
from app.net.emr.hl7v2_fields import Cells, first_of, time_of

_DISCHARGE, _NO_DISCHARGE = "A03", "A13"
"""A13 takes a discharge back."""
_CANCELLED = ("A11", "A27", "A38")
"""Events (table 0003) that take an admission, or one that was planned, back."""


@dataclass(frozen=True, slots=True)
class Visit:
    """`told` is an Encounter without its status; `key`: what says the same."""

    told: Json
    key: tuple[str, ...]
    ended: str

    def status_after(self, event: str, known: str) -> str:
        """Over is over, also where later messages do not say it again, until that is taken back.
        `known` is how it was before."""
        if event in _CANCELLED:
            return "cancelled"
        if event == _DISCHARGE or (self.ended and event != _NO_DISCHARGE):
            return "finished"
        again = event in ("A01", "A04", _NO_DISCHARGE)
        return "finished" if known == "finished" and not again else "in-progress"


def visit_of(of: Callable[[int], Cells]) -> Visit | None:
    """PV1; None where it repeats the patient's place, as laboratories do, which is no visit."""
    started, ended = (time_of(first_of(of(number))) for number in (44, 45))
    number = first_of(of(19))
    if not started and not number:
        return None
    place = of(3)
    where = " ".join(one for one in (place[0] if place else []) if one)[:200]
    code = {"I": "IMP", "O": "AMB", "E": "EMER"}.get(first_of(of(2)), "")
    told: Json = {
        "class": {"code": code or "AMB"},
        "type": [{"text": where}] if where else None,
        "period": {key: at for key, at in (("start", started), ("end", ended)) if at},
    }
    return Visit(told, (number or started,), ended)
