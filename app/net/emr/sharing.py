"""Makes the Bundle that goes with a case of what was gathered and chosen."""

from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from app.net.emr.clinical import Gap, Lack, Section
from app.net.emr.documents import has_contents
from app.net.emr.elements import (
    Json,
    name_of,
    objects,
    reference,
    relative,
    text_of,
)
from app.net.emr.gaps import outcome_of
from app.net.emr.gathering import Gathered
from app.net.emr.period import Earlier
from app.net.emr.reading import OWN, sections
from protocol import decimals
from protocol.fhir_bundle import OF_A_PATIENT, judged
from protocol.shared_record import MAX_RECORD_BYTES


class RecordTooLarge(ValueError):
    """More was chosen than goes with a case; `nbytes` is what it would need."""

    def __init__(self, nbytes: int) -> None:
        super().__init__(str(nbytes))
        self.nbytes = nbytes


def shared_bundle(
    gathered: Gathered,
    chosen: Iterable[Section],
    now: datetime,
    cut: Earlier | None = None,
    filled: Mapping[str, Json] | None = None,
    without: int = 0,
) -> bytes:
    """The Patient, what was chosen and is not `cut`, and what that refers to: a collection dated
    now. What is not in it and why goes along (`outcome_of`).

    Documents go as references, and with their content those that are `filled` with it, by relative
    reference; `without`: of so many it was wanted and could not be had. Raises
    `RecordTooLarge`, and `BundleRefused` where a part is not this patient's.
    """
    wanted = set(chosen)
    there = sections(gathered.resources)
    places = zip(gathered.resources, there, strict=True)
    of_parts = [(one, section) for one, section in places if section in wanted]
    parts, left = _of_period(of_parts, cut)
    needed = {relative(reference(one.get(name))) for one in parts for name in _NAMED}
    beside = [one for one in gathered.resources if _is_named(one, needed)]
    held_back = (one for one in Section if one in there and one not in wanted)
    not_shared = (Gap(one.name, Lack.NOT_SHARED) for one in held_back)
    gaps = (*gathered.gaps, *not_shared, *left, *_without(without))
    whose = f"Patient/{gathered.patient_id}"
    told = (gathered.patient, *(_of(whose, one) for one in parts), *beside, outcome_of(gaps))
    entries = [_entry(_with_data(one, (filled or {}).get(name_of(one)))) for one in told]
    bundle = {
        "resourceType": "Bundle",
        **({"meta": {"tag": [OWN]}} if gathered.own else {}),
        "type": "collection",
        "timestamp": now.isoformat(timespec="seconds"),
        "entry": entries,
    }
    raw = decimals.dumps(bundle, compact=True).encode()
    if len(raw) > MAX_RECORD_BYTES:
        raise RecordTooLarge(len(raw))
    judged(raw)
    return raw


def documents_of(
    gathered: Gathered, chosen: Container[Section | None], cut: Earlier | None
) -> tuple[Json, ...]:
    """What of it has attachments, as far as it was chosen and is not `cut`."""
    old = cut.names if cut is not None else frozenset()
    there = zip(gathered.resources, sections(gathered.resources), strict=True)
    return tuple(
        one
        for one, section in there
        if has_contents(one) and section in chosen and name_of(one) not in old
    )


def _of_period(
    parts: Sequence[tuple[Json, Section | None]], cut: Earlier | None
) -> tuple[list[Json], list[Gap]]:
    """Those that are not older, with the values that these are made of; and how many are left."""
    old = cut.names if cut is not None else frozenset()
    kept = [one for one, _ in parts if name_of(one) not in old]
    members = {
        relative(reference(member))
        for one in kept
        for name in ("result", "hasMember")
        for member in objects(one.get(name))
    }
    gone = {name for name in old if name not in members}
    left = Counter(section for one, section in parts if section and name_of(one) in gone)
    gaps = [
        Gap(section.name, Lack.EARLIER, cut.since.isoformat(), left[section])
        for section in Section
        if cut is not None and left[section]
    ]
    return [one for one, _ in parts if name_of(one) not in gone], gaps


_NAMED = {"medicationReference": "Medication", "specimen": "Specimen"}


def _is_named(resource: Json, references: set[str]) -> bool:
    return resource.get("resourceType") in _NAMED.values() and name_of(resource) in references


def _of(whose: str, resource: Json) -> Json:
    """Gathering has judged whose it is; the address of the hospital's server goes nowhere."""
    owners = OF_A_PATIENT[text_of(resource.get("resourceType"))]
    return {**resource, **{name: {"reference": whose} for name in owners if name in resource}}


def _entry(resource: Json) -> Json:
    return {"resource": resource}


def _plain(resource: Json) -> Json:
    """Without what takes room and is shown nowhere: data of attachments, and photographs."""
    kept = {key: value for key, value in resource.items() if key != "photo"}
    return {key: _without_data(value) for key, value in kept.items()}


def _without(contents: int) -> list[Gap]:
    return [Gap("DocumentReference", Lack.MORE, number=contents)] if contents else []


def _with_data(resource: Json, filled: Json | None) -> Json:
    plain = _plain(resource)
    parts = ("content", "presentedForm") if filled is not None else ()
    return {**plain, **{name: filled[name] for name in parts if filled and name in filled}}


def _without_data(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_data(one) for one in value]
    if isinstance(value, dict):
        attachment = "contentType" in value or "title" in value or "url" in value
        return {
            key: _without_data(inner)
            for key, inner in value.items()
            if not (key == "data" and attachment and isinstance(inner, str))
        }
    return value
