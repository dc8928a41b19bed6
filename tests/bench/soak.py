"""Whole lives of many cases: nothing is lost, nothing is done twice, nobody holds what is over.

The goal of the project is 100,000 cases, some five hours: `BENCH_CASES=100000`.
"""

import logging
import os
import time
from collections.abc import Iterator
from contextlib import closing

import structlog

from tests.bench.measure import Bound, Goal, Measure
from tests.server.soak import Soak

CASES = 1_000


def run() -> Iterator[Measure]:
    """It fails at the first rule that does not hold."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    cases = int(os.environ.get("BENCH_CASES", CASES))
    with closing(Soak()) as soak:
        begun = time.perf_counter()
        soak.run(cases)
        took = time.perf_counter() - begun
    how = ", ".join(f"{count:,} {phase}" for phase, count in sorted(soak.ended.items()))
    steps = ", ".join(f"{count:,} {step}" for step, count in soak.steps.most_common())
    yield Measure(
        f"soak: whole lives of {cases:,} cases, no step lost or doubled, no claim left",
        soak.ended.total(),
        "",
        goal=Goal(Bound.EXACTLY, cases),
        note=f"{how}; {steps}",
    )
    yield Measure("soak: cases a second, one process", cases / took, "1/s")
