"""Value sets of statuses (R4, bindings that are required) of which the models know only a part."""

_OBSERVED = ("registered", "preliminary", "final", "amended", "corrected", "cancelled")
_NEITHER = ("entered-in-error", "unknown")
STATUSES: dict[tuple[str, str], tuple[str, ...]] = {
    ("Observation", "status"): (*_OBSERVED, *_NEITHER),
    ("DiagnosticReport", "status"): (*_OBSERVED, "partial", "appended", *_NEITHER),
    ("Encounter", "status"): (
        *("planned", "arrived", "triaged", "in-progress", "onleave", "finished", "cancelled"),
        *_NEITHER,
    ),
    ("Task", "status"): (
        *("draft", "requested", "received", "accepted", "rejected", "ready", "cancelled"),
        *("in-progress", "on-hold", "failed", "completed", "entered-in-error"),
    ),
    ("Condition", "clinicalStatus"): (
        *("active", "recurrence", "relapse", "inactive", "remission", "resolved"),
    ),
    ("Condition", "verificationStatus"): (
        *("unconfirmed", "provisional", "differential", "confirmed", "refuted"),
        "entered-in-error",
    ),
    ("AllergyIntolerance", "clinicalStatus"): ("active", "inactive", "resolved"),
    ("AllergyIntolerance", "verificationStatus"): (
        *("unconfirmed", "confirmed", "refuted", "entered-in-error"),
    ),
}
"""By type and element; of a CodeableConcept its codes."""
