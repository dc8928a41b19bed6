"""Who may import whom."""

import subprocess
import sys

from tests.rules.sources import ROOT, Source, imports, product, told

QT = ("PySide6", "shiboken6", "qasync")
NO_QT = (
    "app/net",
    "app/transfer",
    "app/imaging",
    "app/store",
    "app/services",
    "app/ipc",
    "protocol",
    "server",
)
CORE_ONLY = ("app/session", "app/models", "app/commands")


def _of(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


def _lines(source: Source, *packages: str) -> list[str]:
    return [
        f"{source.path}:{line} imports {module}"
        for line, module in imports(source.tree)
        if any(_of(module, package) for package in packages)
    ]


def test_the_floors_of_the_house_hold() -> None:
    code = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, (
        f"{done.stdout}{done.stderr}\nWhy: each floor may only be understood through those below.\n"
        "Mend: move the code, or hand the value in from the floor above (pyproject.toml)."
    )


def test_qt_stays_above_the_services() -> None:
    broken = [line for s in product() if s.starts(*NO_QT) for line in _lines(s, *QT)]
    assert not broken, told(
        broken,
        "these packages also run in processes and tests without a screen; type-only imports bind "
        "their readers to Qt all the same.",
        "take a plain value or a Protocol, and let a view or the composition adapt it.",
    )


def test_state_models_and_commands_know_only_qtcore() -> None:
    broken = [
        line
        for s in product()
        if s.starts(*CORE_ONLY)
        for line in _lines(s, "PySide6")
        if not line.endswith("imports PySide6") and "imports PySide6.QtCore" not in line
    ]
    assert not broken, told(
        broken,
        "what the screen needs is decided without a screen.",
        "return a token, a look or a text, and let the view turn it into a colour or a widget.",
    )


def test_only_the_devices_import_qtmultimedia_and_only_when_one_is_wanted() -> None:
    broken = [
        line
        for s in product()
        if not s.starts("app/media/devices")
        for line in _lines(s, "PySide6.QtMultimedia")
    ]
    assert not broken, told(
        broken,
        "QtMultimedia starts audio services and costs a second; a call with generated pictures "
        "must not need it.",
        "ask app.media.devices.lazy.",
    )


def test_every_package_says_what_it_is_for() -> None:
    broken = [s.path for s in product() if s.path.endswith("__init__.py") and not s.text.strip()]
    broken = [path for path in broken if "/migrations" not in path]
    assert not broken, told(broken, "a newcomer reads these first.", "write one line.")
