"""How far a value, a report or a document of HL7 v2 messages is, in FHIR's words."""

IN_ERROR = "entered-in-error"
OBX_STATUS = {
    **dict.fromkeys("FU", "final"),
    **dict.fromkeys("PRS", "preliminary"),
    **dict.fromkeys("C", "corrected"),
    **dict.fromkeys("DW", IN_ERROR),
    **dict.fromkeys("X", "cancelled"),
    **dict.fromkeys("INO", "registered"),
}
"""Table 0085."""
OBR_STATUS = {
    **dict.fromkeys("APR", "preliminary"),
    **dict.fromkeys("C", "corrected"),
    **dict.fromkeys("X", "cancelled"),
    **dict.fromkeys("IOS", "registered"),
}
"""Table 0123."""
NOT_YET = ("preliminary", "registered")


def is_older(status: str, was: str | None) -> bool:
    """What was final is not preliminary again: that came late."""
    return status in NOT_YET and was in ("final", "corrected")


def is_taken_back(status: str) -> bool:
    return status in (IN_ERROR, "cancelled")
