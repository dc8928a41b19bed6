"""Whose files they are that become DICOM objects."""

from protocol.base import Message


class FilesOf(Message):
    """For whom photographs and documents become DICOM objects: the patient as DICOM has them, and
    what the study of such files is called."""

    patient_name: str = ""
    patient_id: str = ""
    birth_date: str = ""
    sex: str = ""
    description: str = ""
