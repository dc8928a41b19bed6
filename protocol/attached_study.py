"""A study that a case carries, and how much of it is there."""

from pydantic import Field

from protocol.base import Answer, Moment, Uid
from protocol.shortfall import Shortfall


class AttachedStudy(Answer):
    """A study of a case; `verified` when count and hashes agree with what was declared."""

    study_instance_uid: Uid
    modalities: tuple[str, ...]
    description: str
    declared: int
    received: int
    verified: bool
    patient_name: str = Field(default="", description="PN as in the images")
    patient_id: str = Field(default="", description="LO as in the images")
    patient_birth_date: str = Field(default="", description="DA as in the images")
    patient_sex: str = Field(default="", description="CS as in the images")
    study_date: str = Field(default="", description="DA as in the images")
    study_time: str = Field(default="", description="TM as in the images")
    newest_at: Moment | None = Field(default=None, description="when its last image arrived")
    late_declared: int = Field(default=0, description="images added after the case was submitted")
    late_received: int = Field(default=0, description="of those, how many have arrived")
    nameless: int = Field(
        default=0,
        description="received images that say neither PatientName nor PatientID"
        " (PS3.3 C.7.1.1: both are there, and may be empty)",
    )
    late_nameless: int = Field(default=0, description="of those, how many are late images")
    shortfall: Shortfall = Shortfall()

    @property
    def arriving(self) -> int:
        """Images that were declared and have not arrived."""
        return self.declared - self.received

    @property
    def readable(self) -> bool:
        """Whether the images that went with the case are all there, late ones perhaps not yet."""
        early = self.declared - self.late_declared
        return self.verified or (0 < early == self.received - self.late_received)
