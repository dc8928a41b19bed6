"""PatientSex (0010,0040; PS3.3 C.7.1.1) and FHIR's AdministrativeGender, each as the other."""

from protocol.consultation import Sex

_CODES = {Sex.MALE: "M", Sex.FEMALE: "F", Sex.OTHER: "O"}
_SEXES = {code: sex for sex, code in _CODES.items()}


def sex_of(dicom: str) -> Sex | None:
    """Of M, F or O, or a word that begins so; None where nobody says it."""
    return _SEXES.get(dicom.strip().upper()[:1])


def dicom_sex(sex: str | None) -> str:
    """M, F or O of a FHIR code; empty where nobody knows."""
    return _CODES[Sex(sex)] if sex in _CODES else ""
