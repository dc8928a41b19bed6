"""The rota that is looked at: one department, one week."""

from dataclasses import dataclass, replace
from datetime import date
from typing import assert_never
from uuid import UUID

from app.session.queue import Load
from protocol.on_call import Contact
from protocol.rota import Rota as RotaAnswer


@dataclass(frozen=True, slots=True)
class Rota:
    """`from_day` is the Monday that is asked for; `answer` may still be of another week."""

    load: Load = Load.LOADING
    department: str = ""
    from_day: date | None = None
    answer: RotaAnswer | None = None
    contact_of: UUID | None = None
    contact: Contact | None = None


@dataclass(frozen=True, slots=True)
class RotaAsked:
    department: str
    from_day: date


@dataclass(frozen=True, slots=True)
class RotaLoaded:
    from_day: date
    answer: RotaAnswer


@dataclass(frozen=True, slots=True)
class RotaFailed:
    pass


@dataclass(frozen=True, slots=True)
class ContactLoaded:
    """None while it is read."""

    expert_id: UUID
    contact: Contact | None


RotaFact = RotaAsked | RotaLoaded | RotaFailed | ContactLoaded


def reduce_rota(rota: Rota, fact: RotaFact) -> Rota:
    match fact:
        case RotaAsked(department, from_day):
            answer = rota.answer
            if answer is not None and answer.department != department:
                answer = None  # nobody plans in one department what they see of another
            same = (department, from_day) == (rota.department, rota.from_day)
            load = rota.load if same or answer is not None else Load.LOADING
            return replace(rota, department=department, from_day=from_day, load=load, answer=answer)
        case RotaLoaded(from_day, answer):
            asked = rota.department in ("", answer.department) and rota.from_day == from_day
            if not asked:
                return rota  # an answer that was overtaken by the next question
            return replace(rota, load=Load.READY, department=answer.department, answer=answer)
        case RotaFailed():
            return rota if rota.answer is not None else replace(rota, load=Load.FAILED)
        case ContactLoaded(expert_id, contact):
            return replace(rota, contact_of=expert_id, contact=contact)
        case _:
            assert_never(fact)
