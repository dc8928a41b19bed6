"""When a call may be recorded, as a table: who sits there, what happens, what follows."""

from uuid import UUID, uuid5

import pytest

from protocol.recording import RecordingEnd, RecordingPhase
from server.domain.recording import Consents, agreed, asked, followed, refused, stopped

EXPERT, CLINIC, PATIENT = (uuid5(UUID(int=0), name) for name in ("expert", "clinic", "patient"))
NAMES = {"expert": EXPERT, "clinic": CLINIC, "patient": PATIENT}

TABLE = [
    # what happens, one after the other (the expert asks)        phase      end
    ("asks alone", "expert", "running", None),
    ("one is there", "expert clinic", "asking", None),
    ("one agrees", "expert clinic +clinic", "running", None),
    ("one of two agrees", "expert clinic patient +clinic", "asking", None),
    ("both agree", "expert clinic patient +clinic +patient", "running", None),
    ("one refuses", "expert clinic patient +clinic -patient", "ended", "refused"),
    ("one refuses before the other", "expert clinic patient -clinic +patient", "ended", "refused"),
    ("who was asked leaves", "expert clinic patient +clinic <patient", "running", None),
    ("somebody joins while asked", "expert clinic >patient +clinic", "asking", None),
    ("somebody joins later", "expert clinic +clinic >patient", "paused", None),
    ("who joined later agrees", "expert clinic +clinic >patient +patient", "running", None),
    ("who joined later refuses", "expert clinic +clinic >patient -patient", "ended", "refused"),
    ("who joined later leaves", "expert clinic +clinic >patient <patient", "running", None),
    ("one withdraws", "expert clinic +clinic -clinic", "ended", "withdrawn"),
    ("withdrawn while paused", "expert clinic +clinic >patient -clinic", "ended", "withdrawn"),
    ("one who agreed leaves", "expert clinic +clinic <clinic", "running", None),
    ("a line breaks", "expert clinic +clinic ~clinic", "paused", None),
    ("the line is back", "expert clinic +clinic ~clinic >clinic", "running", None),
    ("the asker's line breaks", "expert clinic +clinic ~expert", "paused", None),
    ("agrees while another's line is broken", "expert clinic ~expert +clinic", "asking", None),
    ("the asker leaves", "expert clinic +clinic <expert", "ended", "asker_left"),
    ("the asker leaves while asking", "expert clinic <expert", "ended", "asker_left"),
    ("everybody leaves", "expert <expert", "ended", "call_ended"),
    ("the asker stops", "expert clinic +clinic .stop", "ended", "stopped"),
    ("the asker takes the question back", "expert clinic .stop", "ended", "stopped"),
    ("the asker says no", "expert clinic +clinic -expert", "ended", "stopped"),
    ("the disk is full", "expert clinic +clinic .fail", "ended", "failed"),
    ("nothing follows the end", "expert clinic -clinic +clinic >patient", "ended", "refused"),
    ("nor a withdrawal", "expert clinic +clinic .stop -clinic", "ended", "stopped"),
]


def happen(story: str) -> Consents:
    words = story.split()
    there = [word for word in words if word[0].isalpha()]
    seats = {NAMES[name]: True for name in there}
    consents = asked(EXPERT, seats)
    for sign, name in ((word[0], word[1:]) for word in words[len(there) :]):
        seat = NAMES.get(name)
        match sign:
            case "+" if seat is not None:
                consents = agreed(consents, seat, seats)
            case "-" if seat is not None:
                consents = refused(consents, seat)
            case ".":
                consents = stopped(consents, failed=name == "fail")
            case ">" | "~" if seat is not None:
                seats[seat] = sign == ">"
                consents = followed(consents, seats)
            case _:
                assert sign == "<", story
                del seats[NAMES[name]]
                consents = followed(consents, seats)
    return consents


@pytest.mark.parametrize(
    ("story", "phase", "end"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_a_call_is_recorded_only_while_everybody_here_has_agreed(
    story: str, phase: str, end: str | None
) -> None:
    consents = happen(story)
    assert consents.phase is RecordingPhase(phase)
    assert consents.end is (None if end is None else RecordingEnd(end))
