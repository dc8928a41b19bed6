"""Whether an appointment is waited for: one judgement for the server and for its clients."""

from protocol.appointment import Appointment
from protocol.consultation import Phase

MEETING = (Phase.SCHEDULED, Phase.IN_CALL)
"""Where an appointment is waited for; whoever works on the case has gone on without it."""


def waited_for(made: Appointment | None, phase: Phase) -> Appointment | None:
    """The appointment of a case in this phase, while it is waited for."""
    return made if made is not None and made.open and phase in MEETING else None
