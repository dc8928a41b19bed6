"""What a refusal is to the person: a code with words, and no names of the protocol."""

from app.models.notices import words_for
from app.net.errors import Refused
from app.services.troubles import trouble_of
from app.session.notices import Trouble
from protocol.errors import ErrorCode, FieldProblem, Problem
from protocol.transition import IDEMPOTENCY_KEY


def test_a_request_under_the_id_of_another_case_is_not_somebody_elses_change() -> None:
    place = FieldProblem(location=(IDEMPOTENCY_KEY,), reason="was that of another case")
    said = Problem(code=ErrorCode.CONFLICT, title="", status=409, fields=(place,))
    code, details = trouble_of(Refused(said))
    assert code is Trouble.KEY_USED
    assert "Try again; it goes out under a new number" in words_for(code, details)
