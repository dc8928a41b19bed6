"""Calls that are not made here, with the reason and what to do instead."""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from tests.rules.sources import Source, dotted, product, sources, told


@dataclass(frozen=True)
class Rule:
    """`broken` answers whether a call breaks it; `allowed` maps path prefixes to reasons."""

    name: str
    broken: Callable[[ast.Call], bool]
    why: str
    mend: str
    allowed: dict[str, str] = field(default_factory=dict)
    also_tests: bool = False
    only: tuple[str, ...] = ()


def _ends(*names: str) -> Callable[[ast.Call], bool]:
    return lambda call: dotted(call.func).split(".")[-1] in names


def _is(*names: str) -> Callable[[ast.Call], bool]:
    return lambda call: dotted(call.func) in names


def _modal(call: ast.Call) -> bool:
    last = dotted(call.func).split(".")[-1]
    return last == "exec_" or (last == "exec" and isinstance(call.func, ast.Attribute))


def _unverified(call: ast.Call) -> bool:
    return any(
        word.arg == "verify" and isinstance(word.value, ast.Constant) and word.value.value is False
        for word in call.keywords
    )


def _tip(call: ast.Call) -> bool:
    """Whether a tool tip may say anything but words of ours or `plain_tip`."""
    name = dotted(call.func)
    if name.split(".")[-1] == "setToolTip":
        said = call.args[-1]
    elif name == "QToolTip.showText":
        said = call.args[1]
    else:
        return False
    made_by = dotted(said.func).split(".")[-1] if isinstance(said, ast.Call) else ""
    return made_by not in ("tr", "translate", "plain_tip")


RULES = (
    Rule(
        "tool tips that may be markup",
        _tip,
        "Qt takes what looks like markup for markup, and a stranger named the series.",
        "wrap it in app.models.tips.plain_tip.",
    ),
    Rule(
        "labels that may be markup",
        _is("QLabel"),
        "a bare QLabel takes what looks like markup for markup.",
        "use app.kit.widgets.label.",
        allowed={"app/kit/widgets.py": "makes it plain"},
    ),
    Rule(
        "modal dialogs",
        _modal,
        "exec() runs a second event loop inside the first: qasync's coroutines stall or re-enter.",
        "call open() and connect accepted or finished.",
        also_tests=True,
        allowed={
            "app/media/devices/qt.py": "the main loop of the media process, not a dialog",
            "app/media/devices/screens.py": "the main loop of the capture process, not a dialog",
            "tests/bench/children/": "the main loop of a window that is measured",
        },
    ),
    Rule(
        "processEvents",
        _ends("processEvents"),
        "it lets anything happen in the middle of a function.",
        "return to the event loop; await, or use a timer.",
    ),
    Rule(
        "sleeping on the server",
        _is("time.sleep"),
        "it stops every client of this server.",
        "await asyncio.sleep, or better an event.",
        only=("server/",),
    ),
    Rule(
        "sleeping in a test",
        _is("time.sleep"),
        "it is too short on a slow machine and too long on a fast one.",
        "wait for what you need (qtbot.waitUntil, an event, a queue).",
        only=("tests/",),
        also_tests=True,
        allowed={
            "tests/ipc/tiny_child.py": "a child that hangs on purpose",
            "tests/bench/": "a bench measures by the real clock",
        },
    ),
    Rule(
        "print",
        _is("print"),
        "it goes nowhere in a packaged program, and may carry patient data.",
        "log it, or return it; the command line modules may print.",
        allowed={
            "app/cli/": "the command line answers on stdout",
            "app/__main__.py": "the command line answers on stdout",
            "server/cli.py": "the command line answers on stdout",
            "server/cli/": "the command line answers on stdout",
        },
    ),
    Rule(
        "unverified TLS",
        _unverified,
        "anybody on the way could read a patient's record.",
        "pass app.net.trust.context_for(pin).",
        also_tests=True,
    ),
    Rule("eval", _is("eval", "exec"), "text becomes program.", "parse it."),
    Rule(
        "pickle",
        _is("pickle.load", "pickle.loads", "pickle.Unpickler"),
        "a foreign pickle runs foreign code.",
        "send pydantic messages as JSON.",
        also_tests=True,
    ),
)


def _calls(rule: Rule) -> Iterator[tuple[Source, ast.Call]]:
    for source in sources() if rule.also_tests else product():
        if rule.only and not source.path.startswith(rule.only):
            continue
        if source.path.startswith(tuple(rule.allowed) or ("\0",)):
            continue
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Call):
                yield source, node


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_nobody_calls(rule: Rule) -> None:
    broken = [f"{s.path}:{c.lineno} {dotted(c.func)}()" for s, c in _calls(rule) if rule.broken(c)]
    assert not broken, told(broken, rule.why, rule.mend)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_rule_would_notice(rule: Rule) -> None:
    samples = {
        "tool tips that may be markup": "item.setToolTip(0, row.text)",
        "labels that may be markup": "QLabel(self)",
        "modal dialogs": "dialog.exec()",
        "processEvents": "app.processEvents()",
        "sleeping on the server": "time.sleep(1)",
        "sleeping in a test": "time.sleep(1)",
        "print": "print('x')",
        "unverified TLS": "httpx.Client(verify=False)",
        "eval": "eval('1')",
        "pickle": "pickle.loads(b'')",
    }
    (call,) = [n for n in ast.walk(ast.parse(samples[rule.name])) if isinstance(n, ast.Call)]
    assert rule.broken(call)


def _groups(tree: ast.Module) -> set[str]:
    """Names of task groups: they hold their tasks and await them."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.withitem) and isinstance(node.context_expr, ast.Call):
            group = dotted(node.context_expr.func).endswith("TaskGroup")
            if group and isinstance(node.optional_vars, ast.Name):
                names.add(node.optional_vars.id)
        elif isinstance(node, ast.arg) and dotted(node.annotation or node).endswith("TaskGroup"):
            names.add(node.arg)
    return names


def test_no_task_is_an_orphan() -> None:
    starters = ("create_task", "ensure_future", "run_coroutine_threadsafe")
    broken = [
        f"{s.path}:{node.lineno} {dotted(node.value.func)}(…)"
        for s in sources()
        for node in ast.walk(s.tree)
        if isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and dotted(node.value.func).split(".")[-1] in starters
        and dotted(node.value.func).split(".")[0] not in _groups(s.tree)
    ]
    assert not broken, told(
        broken,
        "a task nobody holds may be collected in the middle, and its failure is never seen.",
        "start it with app.services.tasks.Tasks, or keep, cancel and await it.",
    )


def test_nobody_pretends_with_mocks() -> None:
    mock = "unittest" + ".mock"
    broken = [s.path for s in sources() if re.search(rf"^\s*(from|import) {mock}", s.text, re.M)]
    broken += [s.path for s in sources() if "Magic" + "Mock" in s.text]
    assert not broken, told(
        broken,
        "a mock agrees with everything, so the test proves nothing.",
        "write a small class with the behaviour of the real one (tests/fakes).",
    )


COLOURS = {
    "app/viewers/": "painting on images: fixed so that they stay readable on any grey",
    "app/cli/demo/": "draws a phantom and the demonstration's pictures",
    "app/media/": "the generated test picture",
    "app/imaging/": "palette values of DICOM objects",
    "app/views/report_print.py": "paper is white in every theme",
    "app/views/qr_code.py": "readers of the code expect dark on light in every theme",
}


def test_colours_live_in_the_themes() -> None:
    colour = re.compile(r"""["'(:\s]#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})\b""")
    named = re.compile(r"QColor\(\s*(?:\d|[\"'])|GlobalColor\.(?!transparent)")
    broken = []
    for source in product():
        if not source.path.startswith("app/") or source.path.startswith(tuple(COLOURS)):
            continue
        for number, line in enumerate(source.text.splitlines(), 1):
            if colour.search(line) or named.search(line):
                broken.append(f"{source.path}:{number} {line.strip()}")
    assert not broken, told(
        broken,
        "a colour in the code is wrong in the other theme and cannot be checked for contrast.",
        "add a token to resources/themes and ask Appearance.colour(token).",
    )
