"""The sex of DICOM and of FHIR is one table, whoever reads it."""

import pytest

from protocol.consultation import Sex
from protocol.dicom_sex import dicom_sex, sex_of


@pytest.mark.parametrize(
    ("code", "sex"),
    [
        ("M", Sex.MALE),
        ("F", Sex.FEMALE),
        ("O", Sex.OTHER),
        (" f", Sex.FEMALE),
        ("Male", Sex.MALE),
        ("", None),
        ("U", None),
    ],
)
def test_a_sex_is_read_however_a_device_writes_it(code: str, sex: Sex | None) -> None:
    assert sex_of(code) is sex
    assert dicom_sex(sex) == (code.strip().upper()[:1] if sex else "")


def test_what_is_no_sex_is_not_written() -> None:
    assert [dicom_sex(one) for one in (Sex.UNKNOWN, "unknown", "", None)] == [""] * 4
    assert dicom_sex("female") == "F"
