"""A file fits in a head, a function on a screen."""

import ast
from functools import lru_cache

from tests.rules.sources import ROOT, committed, product, sources, told

FILE_LINES = 400
SMALLER = {"app/views/main_window.py": 300}
FUNCTION_LINES = 40
LONG_FILES = {
    "server/store/migrations/versions/0001_first_tables.py": "written by Alembic, read once",
}
LONG_FUNCTIONS: dict[str, str] = {
    "server/store/migrations/versions/0001_first_tables.py::upgrade": "written by Alembic",
    "server/store/migrations/versions/0001_first_tables.py::downgrade": "written by Alembic",
    "app/cli/demo/director.py::_people": "the cast, a table of people",
    "app/composition/desk.py::__init__": "every object of a session, built once and in order",
    "app/models/report.py::derive_report": "one line a property of the report",
    "app/imaging/description.py::describe": "one line an attribute of the description",
    "app/imaging/series.py::describe_instance": "one line an attribute of the instance",
    "app/media/participant.py::run_participant": "one call from join to leave, in order",
    "server/api/services/telling.py::changed": "who hears of a change, in one view",
    "server/composition.py::build": "every object of the server, built once and in order",
    "server/api/metrics.py::__init__": "a table of metrics",
    "server/domain/consultation.py::check_guard": "what each action needs: one flat match",
    "server/domain/library.py::entry_of": "one line a field of the entry",
    "server/domain/reports.py::check_report": "one line a field that must agree",
    "server/domain/transitions.py::_expert": "the expert's rows of the transition table",
    "app/media/engine.py::handle": "one flat match of what the window asks for",
    "app/services/link.py::received": "one flat match of the server's messages",
    "app/session/call.py::reduce_call": "one flat match of the facts of a call",
    "app/viewers/dicom/reasons.py::reason_words": "a table of words",
    "app/models/actions.py::action_words": "a table of words",
    "app/models/case_actions.py::_work": "a table of words",
    "app/models/case_actions.py::_ends": "a table of words",
    "app/models/news.py::news_words": "a table of words",
    "app/models/notices.py::_server_words": "a table of words",
    "app/models/notices.py::_own_words": "a table of words",
}
"""A table or a flat `match` may be long; reasons stand beside the names."""
VIEW_INIT = "the widgets of one screen in their order; splitting hides the order"
LONG_VIEWS = ("app/views/", "app/viewers/")
LAYOUTS = ("::__init__", "::words", "::_arranged")


def test_no_file_is_longer_than_one_can_keep_in_mind() -> None:
    broken = []
    for path in committed():
        if not path.startswith(("app/", "server/", "protocol/", "resources/", "tests/", "dev")):
            continue
        if not path.endswith((".py", ".qss", ".js", ".html", ".css")) and path != "dev":
            continue
        lines = (ROOT / path).read_text(encoding="utf-8").count("\n")
        most = SMALLER.get(path, FILE_LINES)
        if lines > most and path not in LONG_FILES:
            broken.append(f"{path}: {lines} lines, at most {most}")
    assert not broken, told(
        broken,
        "a file that does too much is where features get tangled.",
        "split it by what its parts are for; name the parts by the field's words.",
    )


@lru_cache(maxsize=1)
def _long_functions() -> dict[str, int]:
    """Of the product: a test that tells a whole story in order may be longer."""
    found = {}
    for source in (*product(), *(s for s in sources() if s.path == "dev")):
        for node in ast.walk(source.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > FUNCTION_LINES:
                    found[f"{source.path}::{node.name}"] = lines
    return found


def _is_layout(name: str) -> bool:
    return name.startswith(LONG_VIEWS) and name.endswith(LAYOUTS)


def test_a_long_function_has_a_reason() -> None:
    broken = [
        f"{name}: {lines} lines"
        for name, lines in _long_functions().items()
        if name not in LONG_FUNCTIONS and not _is_layout(name)
    ]
    assert not broken, told(
        broken,
        f"beyond {FUNCTION_LINES} lines one cannot see what a function decides.",
        "take out a step that has a name; a flat table goes to LONG_FUNCTIONS with its reason.",
    )


def test_the_allow_list_names_only_what_is_still_long() -> None:
    stale = [name for name in LONG_FUNCTIONS if name not in _long_functions()]
    assert not stale, told(stale, "an old exception hides a new fault.", "take it off the list.")
