"""Random lives of cases against the real interface: far more than the tests have time for."""

import time
from collections.abc import Iterator

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.bench.measure import Bound, Goal, Measure
from tests.server.lives import lives

LIVES, STEPS = 100, 60


def run() -> Iterator[Measure]:
    """It fails at the first rule that does not hold, with the shortest life that breaks it."""
    machine, server = lives()
    begun = time.perf_counter()
    try:
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=LIVES,
                stateful_step_count=STEPS,
                database=None,
                deadline=None,
                phases=(Phase.generate, Phase.shrink),
                suppress_health_check=list(HealthCheck),
            ),
        )
    finally:
        server.end()
    took = time.perf_counter() - begun
    done = sum(machine.steps.values())
    yield Measure(
        f"lives: kinds of steps taken in {LIVES} random lives of cases, no rule broken",
        len(machine.steps),
        "actions",
        goal=Goal(Bound.AT_LEAST, 20),
        note=f"{done} steps done",
    )
    yield Measure("lives: steps a second, every row looked at after each", done / took, "1/s")
