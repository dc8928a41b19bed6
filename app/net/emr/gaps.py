"""What a record lacks and why, as it travels with what is shared: an OperationOutcome (R4) in the
Bundle. Its issues name the type or the part by `expression` and the reason by `code`; without one
nobody can know what was left out."""

from collections.abc import Iterable

from app.net.emr.clinical import SECTION_OF, Gap, Lack
from app.net.emr.elements import Json, concept, listed, number_of, objects, text_of

_CODES = frozenset(one.value for one in Lack)
_WHOLE = {
    "severity": "information",
    "code": "informational",
    "diagnostics": "All that was read is in this Bundle.",
}


def outcome_of(gaps: Iterable[Gap]) -> Json:
    """An OperationOutcome; one without a gap says so."""
    return {
        "resourceType": "OperationOutcome",
        "issue": [_issue(one) for one in gaps] or [dict(_WHOLE)],
    }


def _issue(gap: Gap) -> Json:
    told: Json = {"severity": "warning", "code": gap.why.value, "expression": [gap.kind]}
    if gap.number:
        told["details"] = {"text": str(gap.number)}
    return told | ({"diagnostics": gap.said} if gap.said else {})


def gaps_of(bundle: Json) -> tuple[Gap, ...]:
    """Of a shared Bundle. What an older one does not hold, it may have left out."""
    resources = [one.get("resource") for one in objects(bundle.get("entry"))]
    told = [one for one in objects(resources) if one.get("resourceType") == "OperationOutcome"]
    if not told:
        there = {text_of(one.get("resourceType")) for one in objects(resources)}
        return not_told(there)
    issues = [issue for one in told for issue in objects(one.get("issue"))]
    return tuple(gap for issue in issues if (gap := _gap(issue)) is not None)


def not_told(there: Iterable[str]) -> tuple[Gap, ...]:
    """Of a source that says nothing of other types than these."""
    known = set(there)
    return tuple(Gap(kind, Lack.NOT_TOLD) for kind in SECTION_OF if kind not in known)


def _gap(issue: Json) -> Gap | None:
    code = text_of(issue.get("code"))
    kind = next((said for one in listed(issue.get("expression")) if (said := text_of(one))), "")
    if code not in _CODES:
        return None if code == "informational" else Gap(kind, Lack.FAILED, code)
    number = int(number_of(concept(issue.get("details"))) or 0)
    return Gap(kind, Lack(code), text_of(issue.get("diagnostics")), number)


def withheld(kind: str, outcome: Json) -> tuple[Gap, ...]:
    """What a server says of a search beside its matches (R4 3.1.1.2.1), as far as it warns."""
    said = []
    for issue in objects(outcome.get("issue")):
        harmless = text_of(issue.get("severity")) in ("information", "success")
        if harmless and text_of(issue.get("code")) != "suppressed":
            continue
        words = concept(issue.get("details")) or text_of(issue.get("diagnostics"))
        said.append(words or text_of(issue.get("code")))
    return tuple(Gap(kind, Lack.MORE, one[:300]) for one in dict.fromkeys(said) if one)
