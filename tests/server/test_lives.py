"""Whatever people do in whatever order: one holder, growing fences, steps of the table, clocks
once."""

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.server.lives import lives


def test_random_lives_of_cases_keep_to_the_rules() -> None:
    machine, server = lives()
    few = settings(
        max_examples=3,
        stateful_step_count=30,
        derandomize=True,
        database=None,
        deadline=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    try:
        run_state_machine_as_test(machine, settings=few)
    finally:
        server.end()
