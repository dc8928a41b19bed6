"""Versions as HTTP says them (R4 3.1.0.5.1, RFC 9110 13.1.1)."""

import re
from dataclasses import dataclass

from server.api.fhir.outcomes import FhirRefused

_TAG = r'(?:W/)?"[\x21\x23-\x7e]*"'
_TAGS = re.compile(rf"{_TAG}(?:[ \t]*,(?:[ \t]*{_TAG})?)*")
_VERSION = re.compile(r'"(\d{1,9})"')


@dataclass(frozen=True, slots=True)
class IfMatch:
    """What a request takes to be there: one of these versions, or where it says `*` anything."""

    versions: frozenset[int] = frozenset()
    anything: bool = False

    def holds(self, version: int, *, deleted: bool = False) -> bool:
        """A deletion is a version too, of which nothing is there."""
        return version in self.versions or (self.anything and not deleted)


def if_match_of(header: object) -> IfMatch | None:
    """Of `If-Match`; None where nothing is asked for. Tags that are none of this store's match
    nothing. Raises `FhirRefused`."""
    told = "" if header is None else str(header).strip()
    if not told:
        return None
    if told == "*":
        return IfMatch(anything=True)
    if _TAGS.fullmatch(told) is None:
        raise FhirRefused(400, 'If-Match names versions: W/"1", or W/"1", W/"2"')
    return IfMatch(frozenset(int(one) for one in _VERSION.findall(told)))
