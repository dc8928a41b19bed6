"""What somebody chose of the pictures that were found: of each study, whose."""

from protocol.base import Message, Uid


class Whose(Message):
    """A patient as files name them (PS3.3 C.7.1.1)."""

    name: str = ""
    patient_id: str = ""
    birth_date: str = ""
    sex: str = ""


class Chosen(Message):
    """One study, and the patients in it that were chosen; none named: everybody's."""

    study_instance_uid: Uid
    patients: tuple[Whose, ...] = ()


def is_chosen(chosen: tuple[Chosen, ...], study_instance_uid: str, whose: Whose) -> bool:
    """Whether a picture was chosen; everything is where nothing was named."""
    return not chosen or any(
        one.study_instance_uid == study_instance_uid and (not one.patients or whose in one.patients)
        for one in chosen
    )
