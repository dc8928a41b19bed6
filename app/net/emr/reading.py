"""Resources become a record: each by itself, so that one that cannot be read hides no other."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import replace

from app.net.emr.clinical import (
    SECTION_OF,
    ClinicalRecord,
    Entry,
    Gap,
    PersonRead,
    Result,
    Section,
    Unfinished,
)
from app.net.emr.documents import WITH_CONTENTS, contents_of
from app.net.emr.elements import (
    Json,
    attachment_title,
    coded,
    codes,
    concept,
    is_severe,
    name_of,
    narrative,
    note_texts,
    number_of,
    objects,
    reference,
    relative,
    series_words,
    shown_reference,
    study_uid,
    text_of,
)
from app.net.emr.gaps import gaps_of
from app.net.emr.names import written_names
from app.net.emr.particulars import particulars, substances_of
from app.net.emr.photographs import photograph_of
from app.net.emr.results import LOINC, NOBODY, PANELS, VITAL_SIGNS, result_of
from app.net.emr.statements import reservations, says_no_allergy, stated, status_of
from app.net.emr.times import date_time_of, ended, order_of, when
from protocol import decimals
from protocol.fhir_bundle import identifiers

BREATH, BREATH_S = 8, 0.0001
"""After so many resources a thread that reads lets others have the interpreter's lock: Python runs
one at a time, and the window, where somebody scrolls meanwhile, is one of them."""
Before = dict[int, tuple[Json, tuple[str, bool], Entry | None]]
"""By id(resource): the resource, the panel it was in, and what was read of it."""
OWN: Json = {
    "system": "urn:ietf:rfc:3986",
    "code": "urn:uuid:5f0a3f1e-9d0c-5b62-8f0e-2f6f1c7a4b19",
    "display": "kept by the clinic itself",
}
"""Meta.tag of a Bundle out of a record that is no hospital's."""
_LAB = {"laboratory", "LAB", "HM", "CH", "MB", "SR"}
_WHEN = {
    "Condition": ("onsetDateTime", "onsetPeriod", "recordedDate"),
    "AllergyIntolerance": ("onsetDateTime", "recordedDate", "lastOccurrence"),
    "MedicationRequest": ("authoredOn",),
    "MedicationStatement": ("effectiveDateTime", "effectivePeriod", "dateAsserted"),
    "Observation": ("effectiveDateTime", "effectivePeriod", "effectiveInstant", "issued"),
    "ImagingStudy": ("started",),
    "DiagnosticReport": ("effectiveDateTime", "effectivePeriod", "issued"),
    "Encounter": ("period",),
    "Procedure": ("performedDateTime", "performedPeriod"),
    "DocumentReference": ("date",),
    "Immunization": ("occurrenceDateTime", "recorded"),
    "FamilyMemberHistory": ("date",),
}
_CODE = {
    "MedicationRequest": "medicationCodeableConcept",
    "MedicationStatement": "medicationCodeableConcept",
    "Immunization": "vaccineCode",
    "DocumentReference": "type",
    "Encounter": "type",
    "FamilyMemberHistory": "relationship",
}
_PARTS = {"Observation": "hasMember", "DiagnosticReport": "result"}
"""The element that names what a panel or report is made of."""
_OVER = {
    *("inactive", "remission", "resolved", "stopped", "completed", "cancelled", "ended"),
    *("not-taken", "on-hold", "superseded", "draft", "refuted"),
}


def record_of(bundle: bytes) -> ClinicalRecord:
    """Of a Bundle that `protocol.fhir_bundle.judged` has accepted; raises ValueError on no JSON.
    For a thread."""
    told = decimals.loads_in_steps(bundle)
    entries = [one.get("resource") for one in objects(told.get("entry"))]
    full = {text_of(one.get("fullUrl")): one.get("resource") for one in objects(told.get("entry"))}
    known = {url: found for url, found in full.items() if url and isinstance(found, dict)}
    dated_at, gaps = text_of(told.get("timestamp")), gaps_of(told)
    record = clinical(entries, dated_at=dated_at, known=known, gaps=gaps)
    meta = told.get("meta")
    tags = objects(meta.get("tag")) if isinstance(meta, dict) else []
    own = any(one.get("code") == OWN["code"] for one in tags)
    return replace(record, own=own).prepared()


def clinical(
    resources: Iterable[object],
    *,
    dated_at: str = "",
    known: dict[str, Json] | None = None,
    gaps: tuple[Gap, ...] = (),
    unfinished: tuple[Unfinished, ...] = (),
    before: Before | None = None,
) -> ClinicalRecord:
    """A record of resources of one patient, newest first within each section. `before` keeps what
    was read of them when fewer had come: what refers to nothing is not read again."""
    usable = [one for one in resources if isinstance(one, dict)]
    unread = sum(1 for one in resources if not isinstance(one, dict))
    by_id = {name_of(one): one for one in usable if one.get("id")} | (known or {})
    person = _person(usable)
    reader = _Reader(by_id, _grouped(usable, by_id), person, before)
    entries, in_error = [], 0
    for one in usable:
        kind = text_of(one.get("resourceType"))
        if kind in SECTION_OF:
            if _entered_in_error(one):
                in_error += 1
                continue
            found = reader.read(kind, one)
            if found is None:
                unread += 1
            else:
                entries.append(found)
    entries.sort(key=lambda one: one.order, reverse=True)
    entries.sort(key=lambda one: (one.section.value, not one.active))
    counted = unread, in_error, reader.dangling
    return ClinicalRecord(person, dated_at, tuple(entries), *counted, gaps, unfinished=unfinished)


def _person(resources: list[Json]) -> PersonRead:
    patients = [one for one in resources if one.get("resourceType") == "Patient"]
    newest = patients[-1] if patients else None
    photograph = b"" if newest is None else photograph_of(newest)
    return NOBODY if newest is None else replace(person_of(newest), photograph=photograph)


def sections(resources: Iterable[Json]) -> tuple[Section | None, ...]:
    """Where each of these resources of one patient stands; None for what stands nowhere."""
    told = list(resources)
    by_id = {name_of(one): one for one in told if one.get("id")}
    reader = _Reader(by_id, _grouped(told, by_id))
    return tuple(reader.section(text_of(one.get("resourceType")), one) for one in told)


def person_of(patient: Json) -> PersonRead:
    """Without the photograph, which takes too long to unpack for every look at who it is."""
    born = patient.get("birthDate")
    phones = [one for one in objects(patient.get("telecom")) if one.get("system") == "phone"]
    dead = patient.get("deceasedBoolean") is True or bool(text_of(patient.get("deceasedDateTime")))
    return PersonRead(
        names=written_names(patient),
        sex=text_of(patient.get("gender")),
        birth_date=(date_time_of(born) or text_of(born))[:10],
        identifiers=tuple(identifiers(patient)),
        phone=next((text_of(one.get("value")) for one in phones), ""),
        deceased=dead,
    )


def _entered_in_error(resource: Json) -> bool:
    elements = ("status", "docStatus", "verificationStatus")
    told = [one for element in elements for one in stated(resource, element)]
    return "entered-in-error" in told


def _grouped(resources: list[Json], by_id: dict[str, Json]) -> dict[str, tuple[str, bool]]:
    """Of members of panels and results of reports: the panel's title, and whether a laboratory
    made it."""
    groups: dict[str, tuple[str, bool]] = {}
    for one in resources:
        kind = one.get("resourceType")
        members = _PARTS.get(str(kind))
        if members is None:
            continue
        lab = bool(_LAB & set(codes(one.get("category")))) or _is_panel(one)
        for member in objects(one.get(members)):
            named = by_id.get(reference(member))
            key = name_of(named) if named is not None else relative(reference(member))
            groups.setdefault(key, (concept(one.get("code")), lab))
    return groups


def _is_panel(resource: Json) -> bool:
    return coded(resource.get("code"), LOINC) in PANELS


class _Reader:
    """One resource after the other, with what they refer to."""

    def __init__(
        self,
        by_id: dict[str, Json],
        groups: dict[str, tuple[str, bool]],
        person: PersonRead = NOBODY,
        before: Before | None = None,
    ) -> None:
        self._by_id = by_id
        self._groups = groups
        self._person = person
        self._before = {} if before is None else before
        self._refers = False
        self._fresh = 0
        self.dangling = 0

    def read(self, kind: str, resource: Json) -> Entry | None:
        """None also where it cannot be read."""
        group = self._groups.get(name_of(resource), ("", False))
        _, then, known = self._before.get(id(resource), (None, None, None))
        if then == group:
            return known
        self._refers = False
        self._fresh += 1
        if self._fresh % BREATH == 0:
            time.sleep(BREATH_S)  # lets the window draw
        try:
            found = self.entry(kind, resource)
        except (TypeError, ValueError, KeyError, AttributeError, RecursionError):
            found = None
        if not self._refers:
            self._before[id(resource)] = resource, group, found
        return found

    def entry(self, kind: str, resource: Json) -> Entry | None:
        """None where it says nothing that could be shown."""
        at, when_said = when(kind, resource, _WHEN[kind])
        title = self._title(kind, resource)
        notes = self._notes(kind, resource, when_said)
        results: tuple[Result, ...] = ()
        section, group = self.section(kind, resource) or SECTION_OF[kind], ""
        if kind == "Observation":
            group = self._groups.get(name_of(resource), ("", False))[0]
            results = tuple(self._results(resource, at, group))
            title = _of_source(title, self._source(resource))
            if not results and not objects(resource.get("hasMember")):
                notes = notes or ((narrative(resource),) if narrative(resource) else ())
        contents = contents_of(resource) if kind in WITH_CONTENTS else ()
        if not title and not notes and not results:
            title = narrative(resource)
            stays = contents or kind == "AllergyIntolerance"  # which must not seem to be none
            if not title and not stays:
                return None
        status = status_of(kind, resource)
        status = "" if kind in _DONE and status == "completed" else status
        return Entry(
            id=name_of(resource),
            section=section,
            title=title or "?",
            at=at,
            ended=ended(resource, _WHEN[kind]),
            order=order_of(at),
            code=status,
            active=status not in _OVER,
            notes=notes,
            results=results,
            group=group,
            reservations=reservations(resource),
            negates=kind == "AllergyIntolerance" and says_no_allergy(resource),
            critical=text_of(resource.get("criticality")) == "high" or is_severe(resource),
            study_instance_uid=study_uid(resource) if kind == "ImagingStudy" else "",
            contents=contents,
            images=int(number_of(resource.get("numberOfInstances")) or 0),
        )

    def _results(self, resource: Json, at: str, group: str) -> Iterator[Result]:
        """Its own value, and those of its components. What is the same thing at another time is
        told by code, unit and specimen; without a code of all laboratories, by the panel too."""
        source, told = self._source(resource), reference(resource.get("specimen"))
        for part in (resource, *objects(resource.get("component"))):
            found = result_of(part, self._person, at)
            if found is None:
                continue
            panels: tuple[str, ...] = ()
            if not coded(part.get("code"), LOINC):
                within = "" if part is resource else concept(resource.get("code"))
                panels = (group, within, "" if source else told)
            key = "|".join((found.key, source, *panels))
            yield replace(found, key=key, title=_of_source(found.title, source))

    def _source(self, resource: Json) -> str:
        """What was measured: the specimen, the place on the body."""
        told = resource.get("specimen")
        found = self._named(resource, told)
        specimen = shown_reference(told) or (concept(found.get("type")) if found else "")
        return "、".join(one for one in (specimen, concept(resource.get("bodySite"))) if one)

    def _named(self, resource: Json, told: object) -> Json | None:
        """What a reference names: contained, beside it, or nowhere."""
        name = reference(told)
        self._refers = self._refers or bool(name)
        if name.startswith("#"):
            inner = (o for o in objects(resource.get("contained")) if o.get("id") == name[1:])
            return next(inner, None)
        return self._by_id.get(name) or self._by_id.get(relative(name))

    def section(self, kind: str, resource: Json) -> Section | None:
        """An Observation stands where its category, code or panel says."""
        if kind != "Observation":
            return SECTION_OF.get(kind)
        _, from_lab = self._groups.get(name_of(resource), ("", False))
        told = set(codes(resource.get("category")))
        loinc = coded(resource.get("code"), LOINC)
        if "vital-signs" in told or (not told and loinc in VITAL_SIGNS):
            return Section.VITALS
        if told & _LAB or from_lab or loinc in PANELS:
            return Section.LABORATORY
        if not told and objects(resource.get("referenceRange")):
            return Section.LABORATORY
        return Section.OBSERVATIONS

    def _title(self, kind: str, resource: Json) -> str:
        said = concept(resource.get(_CODE.get(kind, "code")))
        if kind in ("MedicationRequest", "MedicationStatement"):
            return said or self._medication(resource)
        if kind == "ImagingStudy":
            described = text_of(resource.get("description"))
            return described or concept(resource.get("procedureCode")) or series_words(resource)
        if kind == "DocumentReference":
            return text_of(resource.get("description")) or said or attachment_title(resource)
        if kind == "Encounter":
            return said or concept(resource.get("serviceType")) or concept(resource.get("class"))
        if kind == "FamilyMemberHistory":
            return said or text_of(resource.get("name"))
        if kind == "AllergyIntolerance":
            named = said.casefold()
            more = (one for one in substances_of(resource) if one.casefold() not in named)
            return "、".join(one for one in (said, *more) if one)
        return said

    def _medication(self, resource: Json) -> str:
        told = resource.get("medicationReference")
        name, found = reference(told), self._named(resource, told)
        if found is not None:
            return concept(found.get("code"))
        if name:
            self.dangling += 1
        return shown_reference(told) or name

    def _notes(self, kind: str, resource: Json, when_said: tuple[str, ...]) -> tuple[str, ...]:
        parts = resource.get(_PARTS.get(kind, ""))
        self.dangling += sum(not self._is_there(one) for one in objects(parts))
        told = (*particulars(kind, resource), *when_said, *note_texts(resource))
        return tuple(one for one in told if one)

    def _is_there(self, told: object) -> bool:
        name = reference(told)
        self._refers = self._refers or bool(name)
        return not name or name in self._by_id or relative(name) in self._by_id


def _of_source(title: str, source: str) -> str:
    return f"{title} ({source})" if title and source else title


_DONE = {"Immunization", "Procedure", "FamilyMemberHistory"}
"""Of these `completed` says only that it was done."""
