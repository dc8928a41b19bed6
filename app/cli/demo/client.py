"""One client of the demonstration: the real program, and hands or eyes in the same process."""

import asyncio
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from app.cli.demo.hands import Hands, StepFailed
from app.cli.demo.parts import ClinicPart, ExpertPart
from app.cli.demo.script import Plan
from app.cli.window import run_window
from app.commands.wishes import Language, Theme, WishLanguage, WishTheme
from app.composition.program import Program
from app.session.entry import Entry, EntryChanged
from app.session.state import State
from protocol.consultation import Phase, Status

LOOK_S = 0.2


def main(arguments: Sequence[str]) -> int:
    """`huizhen demo-client PROFILE PLAN` (hidden); 0 when the part was played to its end."""
    profile, plan_file = Path(arguments[0]), Path(arguments[1])
    plan = Plan.model_validate_json(plan_file.read_bytes())
    failures: list[str] = []

    async def play(program: Program) -> None:
        program.wish(WishLanguage(Language(plan.language)))
        program.wish(WishTheme(Theme(plan.theme)))
        part = ClinicPart if plan.role == "clinic" else ExpertPart
        player = part(program, plan)
        try:
            if plan.auto:
                await player.play()
            else:
                await watch(program, plan, player.hands)
        except StepFailed as failed:
            if program.desk is not None:
                player.hands.photograph(program.desk.window, "failed")
            else:
                player.hands.photograph(program.sign_in, "failed")
            player.hands.tell(failed=str(failed), state=where(program.session.state))
            failures.append(str(failed))

    # Where it plays by itself nobody speaks, and both clients are on one computer.
    run_window(profile, generated_media=plan.auto, play=play)
    return 1 if failures else 0


def where(state: State) -> dict[str, object]:
    """How things stood when a step failed, without anything of the patient."""
    case, signed = state.case, state.case.report if state.case else None
    actions = case.consultation.allowed_actions if case else ()
    return {
        "link": state.link.phase.name,
        "seq": state.link.last_seq,
        "phase": case.consultation.summary.phase if case else None,
        "actions": sorted(actions),
        "report_verified": signed.verified if signed else None,
        "call": state.call.phase.name,
        "notices": [str(notice.code.value) for notice in state.notices],
    }


Milestone = tuple[str, Callable[[State], object]]


def _phase(state: State) -> Phase | None:
    return state.case.consultation.summary.phase if state.case else None


CLINIC_MILESTONES: tuple[Milestone, ...] = (
    ("sign in", lambda s: s.link.account),
    ("write the case", lambda s: s.case and s.uploads.studies),
    ("send the images", lambda s: s.uploads.studies and all(u.verified for u in s.uploads.studies)),
    (
        "submit",
        lambda s: s.case and s.case.consultation.summary.status is not Status.DRAFT,
    ),
    ("take the call", lambda s: any(p.frames_received for p in s.call.pictures)),
    ("receive the report", lambda s: _phase(s) is Phase.RECEIVED),
    ("find it in the library", lambda s: s.library.entry),
)
EXPERT_MILESTONES: tuple[Milestone, ...] = (
    ("sign in", lambda s: s.link.account),
    ("answer the ring", lambda s: s.case and s.case.claim),
    ("call the clinic", lambda s: any(p.frames_received for p in s.call.pictures)),
    ("sign the report", lambda s: _phase(s) in (Phase.SIGNED, Phase.RECEIVED)),
)


async def watch(program: Program, plan: Plan, hands: Hands) -> None:
    """Waits for a person's hands; tells each step when it has come true."""
    entry = Entry(server=plan.server, username=plan.username)
    await asyncio.sleep(LOOK_S)
    program.session.apply(EntryChanged(entry))
    ended = asyncio.ensure_future(program.ended())
    for name, reached in CLINIC_MILESTONES if plan.role == "clinic" else EXPERT_MILESTONES:
        hands.begin(name)
        began = time.monotonic()
        while not reached(program.session.state):
            if ended.done():
                raise StepFailed(
                    f"{name}: the window was closed after {time.monotonic() - began:.0f} s"
                )
            await asyncio.sleep(LOOK_S)
        hands.done()
    await ended


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
