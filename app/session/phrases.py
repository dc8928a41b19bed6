"""The phrases an expert keeps for the fields of a report."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OwnPhrase:
    field: str
    """An attribute of `protocol.report.Opinion`."""
    text: str


@dataclass(frozen=True, slots=True)
class PhrasesRead:
    phrases: tuple[OwnPhrase, ...]
