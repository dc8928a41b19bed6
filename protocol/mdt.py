"""A multidisciplinary consultation (MDT, 多学科会诊): several experts read the same case, each not
knowing what the others write; who holds the case chairs it and signs the minutes."""

from uuid import UUID

from pydantic import Field

from protocol.base import Answer, LongText, Message, Moment, Name, ShortText
from protocol.second_opinion import SecondState

FEWEST_SEATS, MOST_SEATS = 2, 6


class MdtSeat(Message):
    """Whose opinion is asked for: a department, or an expert of it by name."""

    department: ShortText = Field(min_length=1)
    expert_id: UUID | None = None


class MdtOpinion(Answer):
    """One opinion of an MDT: a case of its own. `ended`: without a report that counts."""

    consultation_id: UUID
    department: str
    state: SecondState
    expert_id: UUID | None = Field(default=None, description="who reads or has signed it")
    expert_name: str = ""
    version: int = Field(default=0, description="of its report that was signed last")
    signed_at: Moment | None = Field(default=None, description="that version")


class Mdt(Answer):
    """How far an MDT is, as those hear of it who take part in the case that was asked."""

    asked_at: Moment
    asked_by: str
    opinions: tuple[MdtOpinion, ...]
    opened_at: Moment | None = Field(
        default=None,
        description="when the chair and all who had signed could read each other's opinions",
    )
    without: str = Field(
        default="", description="why the chair went on without those who had not signed"
    )

    @property
    def signed(self) -> tuple[MdtOpinion, ...]:
        return tuple(one for one in self.opinions if one.state is SecondState.SIGNED)

    @property
    def missing(self) -> tuple[MdtOpinion, ...]:
        return tuple(one for one in self.opinions if one.state is not SecondState.SIGNED)


class Dissent(Message):
    """That an expert of the MDT does not agree with the conclusion. `quoted`: in their own words,
    which stand so in their impression; else as the chair noted it."""

    consultation_id: UUID
    words: LongText = Field(min_length=1)
    quoted: bool = False


class Contribution(Message):
    """An opinion the minutes rest on. `late`: signed (again) after the opinions were shown."""

    consultation_id: UUID
    number: str
    department: str
    expert_id: UUID
    expert_name: Name
    expert_title: str
    expert_institution: str
    version: int = Field(ge=1)
    signed_at: Moment
    impression: LongText
    late: bool = False


class Absence(Message):
    """An opinion that was asked for and not given; the name where somebody had begun."""

    department: str
    expert_name: str = ""


class Minutes(Message):
    """Who took part in an MDT, in the order they were asked; part of the report the chair signs."""

    asked_at: Moment
    opened_at: Moment
    contributions: tuple[Contribution, ...]
    missing: tuple[Absence, ...] = ()
    without: str = ""
