"""An auditor reads words, not codes, of everything the server notes."""

from app.models.audit_words import access_words, resource_words
from server.domain.audit import Access, Resource


def test_whatever_the_server_notes_has_words() -> None:
    assert {one.value for one in Access} <= access_words().keys()
    assert {one.value for one in Resource} <= resource_words().keys()
