"""What of a resource at the hospital is ours: what we wrote, what we leave out, whose it is."""

from collections.abc import Iterator
from typing import Any

from app.net.emr.elements import Json, objects, reference, text_of
from protocol.fhir_case import URI
from protocol.fhir_report import FINDING

_SHARED = frozenset(("identifier", "tag"))
"""Lists to which others add their own."""
_SOMETIMES = {
    "DiagnosticReport": frozenset(
        ("conclusion", "conclusionCode", "imagingStudy", "presentedForm", "result")
    ),
    "Observation": frozenset(("bodySite", "valueQuantity", "valueString")),
    "ServiceRequest": frozenset(("reasonCode", "supportingInfo")),
    "Task": frozenset(("output",)),
}
"""Elements we write where there is something to say: where we say nothing, nothing is said."""


def merged(theirs: Json, ours: Json) -> Json:
    """Theirs with our words: what others added stays, and what we do not say any more goes."""
    gone = _taken_back(theirs, ours)
    made = {key: value for key, value in theirs.items() if key not in gone} | ours
    for key in _SHARED & ours.keys():
        more = [one for one in objects(theirs.get(key)) if not any(says(one, o) for o in ours[key])]
        made[key] = [*ours[key], *more]
    if isinstance(theirs.get("meta"), dict) and isinstance(ours.get("meta"), dict):
        made["meta"] = merged(theirs["meta"], ours["meta"])
    return made


def says_the_same(theirs: Json, ours: Json) -> bool:
    """Whether a resource says all of ours, and nothing that we do not say any more."""
    return says(theirs, ours) and not _taken_back(theirs, ours)


def _taken_back(theirs: Json, ours: Json) -> frozenset[str]:
    kind = text_of(ours.get("resourceType"))
    return _SOMETIMES.get(kind, frozenset()) & theirs.keys() - ours.keys()


def keys_of(finding: Json) -> Iterator[str]:
    """The keys under which a structured finding of ours was written."""
    if FINDING in {text_of(one.get("system")) for one in _codings(finding)}:
        for one in objects(finding.get("identifier")):
            if one.get("system") == URI and text_of(one.get("value")).startswith("urn:uuid:"):
                yield text_of(one.get("value"))


def _codings(resource: Json) -> list[Json]:
    code = resource.get("code")
    return objects(code.get("coding")) if isinstance(code, dict) else []


def came_of(resource: Json, request: str) -> bool:
    """Whether it was made upon this request; there are servers that answer everything."""
    told = (reference(one) for one in objects(resource.get("basedOn")))
    return any(one == request or one.endswith(f"/{request}") for one in told)


def is_ours(key: str, resource: Json) -> bool:
    meta = resource.get("meta")
    named = objects(resource.get("identifier"))
    tagged = objects(meta.get("tag")) if isinstance(meta, dict) else []
    return any(key in (one.get("value"), one.get("code")) for one in (*named, *tagged))


def says(theirs: Any, ours: Any) -> bool:
    """Whether a resource says all of ours; servers add elements of their own."""
    if isinstance(ours, dict):
        return isinstance(theirs, dict) and all(
            _says_all(theirs.get(key), value) if key in _SHARED else says(theirs.get(key), value)
            for key, value in ours.items()
        )
    if isinstance(ours, list):
        both = isinstance(theirs, list) and len(theirs) == len(ours)
        return both and all(map(says, theirs, ours))
    return bool(theirs == ours)


def _says_all(theirs: Any, ours: Any) -> bool:
    return all(any(says(one, wanted) for one in objects(theirs)) for wanted in objects(ours))
