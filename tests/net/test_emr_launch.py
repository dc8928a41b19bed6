"""Which patient a launch of the hospital's own program is for."""

import pytest

from app.net.emr.launch import launched_patient


@pytest.mark.parametrize(
    ("told", "patient"),
    [("p1", "p1"), (".", ""), ("..", ""), ("p1/../p2", ""), ("", ""), (7, ""), (None, "")],
)
def test_what_is_no_id_and_would_lead_elsewhere_in_an_address_is_nobody(
    told: object, patient: str
) -> None:
    assert launched_patient({"patient": told}) == patient
