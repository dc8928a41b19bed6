"""The clinic's own record at the server of a test, as the client asks it."""

import ssl
from dataclasses import replace

from app.net.emr.hospital import Hospital
from protocol.paths import FHIR
from tests.fakes.hospital import OWN
from tests.server.people import Someone


def own_record(someone: Someone, context: ssl.SSLContext) -> Hospital:
    """Whoever asks for it closes it."""
    own = replace(OWN, url=str(someone.http.base_url).rstrip("/") + FHIR)
    return Hospital(own.server, someone.tokens.access_token, context=context)
