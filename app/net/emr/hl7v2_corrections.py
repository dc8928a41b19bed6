"""What one HL7 v2 message corrects or takes back of the values of earlier ones (OBX-11 C, D and W,
OBR-25 X)."""

from dataclasses import replace

from app.net.emr.hl7v2_kept import Kept
from app.net.emr.hl7v2_readings import Order, Reading, named_as
from app.net.emr.hl7v2_statuses import IN_ERROR, is_taken_back

_OF_EARLIER = ("corrected", IN_ERROR)
Unit = tuple[str, ...]


class Corrections:
    """The values of one message, and what becomes of earlier ones when all have been read."""

    def __init__(self, person: Kept) -> None:
        self._person = person
        self._said: dict[str, Reading] = {}
        self._known: dict[Unit, bool] = {}
        self._loose: dict[Unit, list[str]] = {}
        """What says of itself that it was there before, and was not under that name."""
        self._cancelled: dict[str, tuple[Order, bool]] = {}
        self._gone: dict[str, str] = {}
        """What stands no more, and what does instead."""

    def add(self, name: str, reading: Reading, status: str, known: bool) -> None:
        self._said[name] = reading
        if not self._known.setdefault(reading.unit, known) and status in _OF_EARLIER:
            self._loose.setdefault(reading.unit, []).append(name)

    def cancel(self, report: str, order: Order, known: bool) -> None:
        """The order of this report, which was there before or not."""
        self._cancelled[report] = order, known

    def remove(self, name: str, instead: str = "") -> None:
        self._person.resources.pop(("Observation", name), None)
        self._gone[name] = instead

    def settle(self) -> None:
        for unit, names in self._loose.items():
            left = [name for name in names if ("Observation", name) in self._person.resources]
            gone = [name for name in left if self._status(name) == IN_ERROR]
            if len(gone) == len(left):
                for name in gone:
                    self._take_back(name)
            else:
                self._correct(unit, next(name for name in left if name not in gone))
        for report, (order, known) in self._cancelled.items():
            self._cancel(report, order, known)
        self._mend_reports()
        for name, reading in self._said.items():
            self._person.readings.add(name, reading)

    def _status(self, name: str) -> str:
        return str(self._person.resources.get(("Observation", name), {}).get("status", IN_ERROR))

    def _stands(self, name: str) -> bool:
        return not is_taken_back(self._status(name))

    def _meant(self, name: str, is_gone: bool) -> dict[str, Reading]:
        """What might be meant and is not certain is told."""
        reading = self._said[name]
        found, might_be = self._person.readings.meant(reading, self._said, self._stands, is_gone)
        self._person.unread += might_be
        return found

    def _take_back(self, name: str) -> None:
        unit, kept = self._said[name].unit, self._person.resources
        found = self._meant(name, is_gone=True)
        for one in found:
            kept["Observation", one] = {**kept["Observation", one], "status": IN_ERROR}
        if found:
            self.remove(name)
            lines = [one for one in self._person.lines.pop(unit, ()) if one != name]
            if lines:
                self._person.lines[unit] = lines

    def _correct(self, unit: Unit, name: str) -> None:
        """A value takes the place of the one it corrects, lines that of all lines of a text."""
        person = self._person
        found = self._meant(name, is_gone=False)
        if not found:
            return
        before = next(iter(found.values())).unit
        lines = person.lines.pop(before, [])
        if lines or unit in person.lines:
            for one in lines or found:
                self.remove(one)
            if unit in person.lines and lines:
                person.lines[before] = person.lines.pop(unit)
                person.again_as[unit] = before
            return
        (one,) = found
        anew = person.resources["Observation", name]
        code = named_as(anew["code"], person.resources["Observation", one])
        person.resources["Observation", one] = {**anew, "id": one, "code": code}
        self.remove(name, one)
        person.again_as[name,] = (one,)
        self._said[one] = replace(self._said.pop(name), unit=(one,))

    def _mend_reports(self) -> None:
        """A report names what is there."""
        kept, named_so = self._person.resources, "Observation/{}".format
        gone = {
            named_so(name): instead and named_so(instead)
            for name, instead in self._gone.items()
            if ("Observation", name) not in kept  # it may have come again
        }
        if not gone:
            return
        for (kind, *_), report in kept.items():
            named = report.get("result", ()) if kind == "DiagnosticReport" else ()
            left = [one for one in named if one["reference"] not in gone]
            if len(left) == len(named):
                continue
            instead = {one for name in named if (one := gone.get(name["reference"], ""))}
            instead.difference_update(one["reference"] for one in left)
            report["result"] = [*left, *({"reference": one} for one in sorted(instead))]
            if not report["result"]:
                del report["result"]

    def _cancel(self, name: str, order: Order, known: bool) -> None:
        """What nobody says anew has no value any more (OBR-25 X)."""
        kept = self._person.resources
        if not known:
            found = self._ordered(order)
            if len(found) != 1:
                self._person.unread += len(found) > 1
                return
            kept.pop(("DiagnosticReport", name))
            (name,) = found
        report = kept["DiagnosticReport", name]
        report["status"] = "cancelled"
        for one in report.get("result", ()):
            value = one["reference"].removeprefix("Observation/")
            if value not in self._said and self._stands(value):
                kept["Observation", value]["status"] = "cancelled"

    def _ordered(self, order: Order) -> list[str]:
        """Reports of this order that were there before."""
        kept = self._person.resources
        return [
            one
            for one, other in self._person.orders.items()
            if one not in self._cancelled
            and ("DiagnosticReport", one) in kept
            and order.is_that_of(other)
            and (not order.names_a_panel or order.is_panel_of(other))
        ]
