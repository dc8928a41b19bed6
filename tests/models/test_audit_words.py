"""An auditor reads words, not codes, of everything the server notes."""

import pytest

from app.models.audit_words import access_words, alert_words, detail_words, resource_words
from protocol.audit import AlertKind, AuditAlert
from server.domain.audit import Access, Resource
from tests.fakes.examples import NOW


def test_whatever_the_server_notes_has_words() -> None:
    assert {one.value for one in Access} <= access_words().keys()
    assert {one.value for one in Resource} <= resource_words().keys()


@pytest.mark.parametrize(
    ("detail", "said"),
    [
        ("submit editing queued", "Submitted the case · Being written → In the queue"),
        ("start_call in_call in_call", "Started a call · In a call"),
        ("told", "Told as it changed"),
        ("told masked", "Told as it changed, without the patient"),
        ("disabled", "Disabled: nobody signs in with it"),
        ("enabled", "Enabled again"),
        ("version 2", "version 2"),
        ("submit some time", "submit some time"),
    ],
)
def test_a_step_of_a_case_is_told_in_words(detail: str, said: str) -> None:
    assert detail_words(detail) == said


@pytest.mark.parametrize(
    ("detail", "said"),
    [
        ("requester > requester,admin", "+ Administrator"),
        ("expert,reviewer > expert", "\N{MINUS SIGN} Reviewer"),
        ("expert > requester,admin", "+ Primary-care doctor, Administrator \N{MINUS SIGN} Expert"),
        ("- > auditor", "+ Auditor"),
    ],
)
def test_an_alert_says_which_roles_were_given_and_which_taken(detail: str, said: str) -> None:
    alert = AuditAlert(
        kind=AlertKind.ROLES, at=NOW, by=None, count=1, about="lin.clinic", detail=detail
    )
    assert alert_words(alert) == f"Changed the roles of lin.clinic: {said}"
