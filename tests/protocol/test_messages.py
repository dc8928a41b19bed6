"""What both sides rely on: strict messages, closed tables, one canonical form of a report."""

import json
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from protocol.base import new_id
from protocol.consultation import STATUS_OF, CaseContent, Patient, Phase, Status
from protocol.socket import CLIENT_MESSAGE, SERVER_MESSAGE, ServerFact
from tests.fakes.examples import NOW, content, named
from tests.fakes.messages import from_client, from_server
from tests.fakes.reports import report


def test_every_phase_has_its_status_and_every_status_a_phase() -> None:
    assert set(STATUS_OF) == set(Phase)
    assert set(STATUS_OF.values()) == set(Status)


@pytest.mark.parametrize("message", from_server(), ids=lambda m: type(m).__name__)
def test_a_message_of_the_server_arrives_as_it_was_sent(message: object) -> None:
    text = SERVER_MESSAGE.dump_json(message)  # type: ignore[arg-type]  # a member of the union
    assert SERVER_MESSAGE.validate_json(text) == message


@pytest.mark.parametrize("message", from_client("t", named("case a")), ids=lambda m: m.type)
def test_a_message_of_the_client_arrives_as_it_was_sent(message: object) -> None:
    text = CLIENT_MESSAGE.dump_json(message)  # type: ignore[arg-type]  # a member of the union
    assert CLIENT_MESSAGE.validate_json(text) == message


def test_an_unknown_field_of_a_request_is_refused_and_of_an_answer_ignored() -> None:
    with pytest.raises(ValidationError):
        CLIENT_MESSAGE.validate_python({"type": "ping", "sent_ms": 1, "extra": True})
    pong = {"type": "pong", "sent_ms": 1, "server_time": NOW.isoformat(), "extra": True}
    assert SERVER_MESSAGE.validate_json(json.dumps(pong))


@pytest.mark.parametrize("wrong", ["1", 1.5, True, None])
def test_a_value_is_never_coerced(wrong: object) -> None:
    with pytest.raises(ValidationError):
        CLIENT_MESSAGE.validate_json(json.dumps({"type": "ping", "sent_ms": wrong}))


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(ValidationError, match="zone"):
        SERVER_MESSAGE.validate_json(
            json.dumps({"type": "pong", "sent_ms": 1, "server_time": "2026-11-21T06:05:00"})
        )


def test_only_facts_carry_a_number() -> None:
    facts = get_args(ServerFact)
    numbered = {type(m) for m in from_server() if "seq" in type(m).model_fields}
    assert {kind.__name__ for kind in numbered} == {k.__name__ for k in facts} | {"Welcome"}


def test_ids_sort_by_the_time_they_were_made() -> None:
    ids = [new_id() for _ in range(50)]
    assert ids == sorted(ids)
    assert {id_.version for id_ in ids} == {7}


@given(st.text(min_size=1, max_size=40).filter(lambda text: text.strip() != ""))
def test_the_canonical_form_survives_the_wire(words: str) -> None:
    try:
        honest = report(question=words)
    except ValidationError:
        return  # lone surrogates are no text
    again = type(honest).model_validate_json(honest.model_dump_json())
    assert again.canonical_bytes() == honest.canonical_bytes()


def test_the_canonical_form_is_sorted_and_without_white_space() -> None:
    text = report().canonical_bytes().decode()
    data = json.loads(text)
    assert text == json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert "何小溪" in text


def test_a_report_from_before_there_were_later_fields_keeps_its_signed_form() -> None:
    old = report().model_dump(mode="json")
    for later in ("critical_finding", "dissents", "pictures", "structured"):
        del old["opinion"][later]
    for later in ("minutes", "patient_id", "department", "examinations", "co_signature"):
        del old[later]
    signed = json.dumps(old, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert type(report()).model_validate_json(signed).canonical_bytes() == signed.encode()


def test_the_words_of_a_critical_finding_are_signed() -> None:
    one = report()
    worded = one.opinion.model_copy(update={"critical": True, "critical_finding": "气胸"})
    assert "气胸".encode() in one.model_copy(update={"opinion": worded}).canonical_bytes()


def test_a_draft_may_be_empty_and_a_patient_known_in_part() -> None:
    assert CaseContent().patient is None
    whole = content().patient
    assert whole is not None
    assert whole.complete
    for absent in ({"name": " "}, {"sex": None}, {"birth_date": None}):
        part = Patient.model_validate({**whole.model_dump(), **absent})
        assert not part.complete
    assert (Patient().born, Patient().sex_code) == ("", "")
