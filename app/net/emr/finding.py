"""Finds a patient at the hospital's server, by number or name."""

from dataclasses import dataclass, replace

from app.net.emr.asking import UNSUPPORTED, Searching, is_of, linked
from app.net.emr.elements import Json, number_of, objects
from app.net.emr.names import is_named, split_names
from app.net.errors import FhirRefused

MOST_FOUND = 50


@dataclass(frozen=True, slots=True)
class PatientsFound:
    """`more`: there are more than are listed."""

    patients: tuple[Json, ...] = ()
    more: bool = False
    unread: int = 0


def find_patients(server: Searching, words: str) -> PatientsFound:
    """By identifier where it can be one, then by name, then by its parts; the first that finds
    somebody holds. Few servers find 何小溪 by `name` who have 何 and 小溪."""
    words = words.strip()
    found = PatientsFound()
    numbered = any(sign.isdigit() for sign in words)
    whole = [{"identifier": words}] if numbered else []
    if numbered and words != words.upper():
        whole.append({"identifier": words.upper()})
    for query in (*whole, {"name": words}):
        found = _found(server, query)
        if found.patients:
            return found
    for query in split_names(words):
        try:
            parts = _found(server, query)
        except FhirRefused as error:
            if error.status not in UNSUPPORTED:
                raise
            continue
        # A server that does not know a parameter may pass over it, and give everybody.
        named = tuple(one for one in parts.patients if is_named(one, words))
        if named or parts.more:
            found = replace(parts, patients=named)
        if named:
            break
    return found


def _found(server: Searching, query: dict[str, str]) -> PatientsFound:
    told = server.search_by_post("Patient", {**query, "_count": MOST_FOUND})
    entries = [one.get("resource") for one in objects(told.get("entry"))]
    patients = [one for one in objects(entries) if is_of(one, "Patient") and one.get("id")]
    others = sum(1 for one in entries if not is_of(one, "OperationOutcome")) - len(patients)
    more = bool(linked(told, "next")) or (number_of(told.get("total")) or 0) > len(patients)
    return PatientsFound(tuple(patients[:MOST_FOUND]), more and bool(patients), others)
