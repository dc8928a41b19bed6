"""A line of the log is one JSON object, whatever writes beside it and whenever the process dies."""

import json
import subprocess
import sys
from functools import partial
from pathlib import Path

from server.api.listening import SystemClock
from server.api.metrics import Metrics

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import sys

writes = []


class Recorded:
    def write(self, text):
        writes.append(text)
        return len(text)

    def flush(self):
        pass


real, sys.stderr = sys.stderr, Recorded()
from server.api.listening import configure_logging
import structlog

configure_logging("INFO")
structlog.get_logger("a").info("request.done", path="/v1/server", status=200)
structlog.get_logger("b").warning("store.failed", reason="a line\\nof two")
import io
from pydicom.uid import RLELossless
from server.api.dicomweb.pixelfile import PixelFile
from server.domain.errors import Invalid
from tests.server.images import new_study
from tests.server.test_colours import compressed

made = new_study(1, 16)[0]
broken = compressed(made, RLELossless, [b"\\x09" + bytes(63) + bytes(64)])
try:
    PixelFile(io.BytesIO(broken)).plain(0)
except Invalid:
    pass
sys.stderr = real
import json

print(json.dumps(writes))
"""


def test_every_line_is_one_write() -> None:
    """Two writes let a kill, or another thread's warning, come between words and line end."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, check=True
    )
    writes = json.loads(done.stdout)
    assert [json.loads(one)["event"] for one in writes] == [
        "request.done",
        "store.failed",
        "frame.undecodable",
    ]
    assert all(one.endswith("\n") and one.count("\n") == 1 for one in writes)


def test_the_first_error_is_an_increase_of_a_counter_that_was_there() -> None:
    metrics = Metrics(SystemClock())
    counted = partial(metrics.registry.get_sample_value, "huizhen_log_errors_total")
    assert counted() == 0
    for level in ("warning", "error"):
        metrics.logged(None, level, {"event": "clock.failed"})
    assert counted() == 1
