"""Versions as HTTP says them (R4 3.1.0.5.1)."""

import re

from server.api.fhir.outcomes import FhirRefused

_TAG = re.compile(r'(?:W/)?"(\d{1,9})"')


def if_match_of(header: object) -> int | None:
    """The version of `If-Match`; None where none is asked for. Raises `FhirRefused`."""
    if header is None or header == "":
        return None
    found = _TAG.fullmatch(str(header).strip())
    if found is None:
        raise FhirRefused(412, 'If-Match names a version of this store: W/"1"')
    return int(found[1])
