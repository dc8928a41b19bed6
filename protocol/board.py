"""What a dispatcher watches: every open case with its clocks, and every expert with their load."""

from protocol.account import ExpertTitle
from protocol.base import Answer, Moment
from protocol.consultation import Action, ConsultationSummary, Person
from protocol.on_call import CaseAlert
from protocol.queue import CaseClock, PersonPresence
from protocol.statistics import ExpertStatistics


class RunningClock(Answer):
    """A clock of a case from its beginning to its end."""

    clock: CaseClock
    begun_at: Moment
    due_at: Moment


class Ringing(Answer):
    """Whom a case rings, and until when."""

    expert: Person
    rings_until: Moment


class BoardCase(Answer):
    """An open case; `escalated`: nobody has taken it and it waits for the dispatchers. `alerts`:
    who on call was told by other ways, or could not be."""

    summary: ConsultationSummary
    clocks: tuple[RunningClock, ...] = ()
    ringing: tuple[Ringing, ...] = ()
    escalated: bool = False
    alerts: tuple[CaseAlert, ...] = ()
    allowed_actions: tuple[Action, ...] = ()


class BoardExpert(Answer):
    """`load` is the weighted number of cases they hold: routine 1, urgent 2, emergency 3,
    critical 4."""

    person: Person
    title: ExpertTitle
    departments: tuple[str, ...]
    presence: PersonPresence
    load: int
    cases: int
    capacity: int | None = None
    statistics: ExpertStatistics = ExpertStatistics()


class Board(Answer):
    """Cases in queue order, experts by name, at one moment."""

    at: Moment
    cases: tuple[BoardCase, ...]
    experts: tuple[BoardExpert, ...]
