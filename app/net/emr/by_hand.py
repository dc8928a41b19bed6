"""Puts what was entered by hand into the own record: each thing once, in its newest words."""

from collections.abc import Callable, Iterable

from app.net.emr.elements import Json, objects
from app.net.emr.entering import in_error, over
from app.net.emr.hospital import id_of, kept_of
from app.net.emr.reading import person_of
from app.net.emr.writing import Changing, ours_there
from protocol import decimals
from protocol.consultation import Patient
from protocol.fhir_case import CaseResource, patient_resource
from protocol.identity_card import looks_like_one

_OF_THE_SERVER = ("id", "meta")


def put(
    server: Changing, told: Iterable[CaseResource], before: Iterable[CaseResource] = ()
) -> None:
    """Blocks; raises NetError.

    Args:
        before: what was sent of the same form without an answer. It may have got through: what it
            said otherwise is said anew, and what is not said any more is marked as an error.
    """
    told = tuple(told)
    for one in told:
        kept = server.create(one.resource, one.criteria)
        if kept.fresh:
            continue
        there = kept if kept.resource else kept_of(server.read(kept.at))
        if not _is_same(there.resource, one.resource):
            server.update(there.at, one.resource, there.version)
    for gone in before:
        if gone.key not in {one.key for one in told}:
            for there in ours_there(server, gone.kind, gone.key, gone.criteria):
                server.update(there.at, in_error(there.resource), there.version)


def take_back(server: Changing, name: str) -> None:
    """The resource of this type and id stays, marked as an error."""
    _change(server, name, in_error)


def end(server: Changing, name: str, at: str) -> None:
    """The problem or medicine of this type and id is over since `at`."""
    _change(server, name, lambda there: over(there, at))


def _change(server: Changing, name: str, change: Callable[[Json], Json]) -> None:
    there = kept_of(server.read(name))
    if there.at == name and id_of(there.resource):
        server.update(name, change(there.resource), there.version)


def corrected(theirs: Json, patient: Patient) -> Json:
    """The Patient with name, sex, date of birth and number as the case has them. A number of the
    same kind that is another one goes, so that nobody else is found by it."""
    ours = patient_resource(patient)
    if patient.name in person_of(theirs).names:
        del ours["name"]  # other ways of writing it stay
    if theirs.get("telecom"):
        ours.pop("telecom", None)
    if patient.patient_id:
        card = looks_like_one(patient.patient_id)
        told = objects(theirs.get("identifier"))
        kept = [one for one in told if looks_like_one(str(one.get("value", ""))) is not card]
        ours["identifier"] += kept
    return {**theirs, **ours}


def _is_same(theirs: Json, ours: Json) -> bool:
    """By what is written: 0.040 is no 0.04."""
    return decimals.dumps(_said(theirs), ordered=True) == decimals.dumps(_said(ours), ordered=True)


def _said(resource: Json) -> Json:
    return {key: value for key, value in resource.items() if key not in _OF_THE_SERVER}
