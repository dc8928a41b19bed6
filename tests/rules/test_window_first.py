"""The window comes first: what is slow to import is not needed to sign in."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.rules.sources import ROOT

LATER = (
    *("pydicom", "aiortc", "fastapi", "av", "imagecodecs", "numpy", "httpx", "websockets"),
    *("fhirclient", "requests", "pyqtgraph", "pypinyin", "hl7"),
)
PROGRAM = """
import json, logging, sys
import qasync, asyncio
from pathlib import Path
from PySide6.QtWidgets import QApplication
app = QApplication([])
from app.composition.program import Program
loop = qasync.QEventLoop(app)
with loop:
    program = Program(app, Path(sys.argv[1]))
    program.sign_in.show()
    for _ in range(3):
        loop.run_until_complete(asyncio.sleep(0))
    shown = program.sign_in.isVisible() and program.sign_in.grab().width() > 0
print(json.dumps({"shown": shown, "modules": sorted(sys.modules)}))
"""


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Every module there is when the sign-in window shows."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path_factory.mktemp("profile"))],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["shown"]
    return set(told["modules"])


@pytest.mark.parametrize("package", LATER)
def test_the_sign_in_window_shows_without(package: str, loaded: set[str]) -> None:
    there = sorted(name for name in loaded if name.split(".")[0] == package)
    assert not there, (
        f"{package} is imported before the sign-in window shows ({there[0]}).\n"
        "Why: a doctor in a hurry waits for it at every start.\n"
        "Mend: import it inside the function that needs it (app.composition.program shows how)."
    )


def test_the_multimedia_of_qt_is_not_loaded_either(loaded: set[str]) -> None:
    assert "PySide6.QtMultimedia" not in loaded


def test_the_command_line_answers_help_without_loading_qt() -> None:
    code = "import sys, app.__main__; sys.stdout.write(str('PySide6' in sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "False"
    assert Path(ROOT / "app" / "__main__.py").exists()
