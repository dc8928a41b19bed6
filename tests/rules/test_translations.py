"""Every word of the program is in the Chinese catalogue, finished."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.rules.sources import ROOT, committed, product, told

CATALOGUE = ROOT / "resources" / "translations" / "huizhen_zh_CN.ts"
waiting = pytest.mark.xfail(
    not CATALOGUE.exists(), reason="the catalogue is being translated", strict=True
)
Key = tuple[str, str]


def _messages(path: Path) -> dict[Key, ElementTree.Element]:
    """(context, source) → message of a .ts file, without what has vanished from the program."""
    found = {}
    for context in ElementTree.parse(path).getroot().iter("context"):
        name = context.findtext("name") or ""
        for message in context.iter("message"):
            translation = message.find("translation")
            gone = translation is not None and translation.get("type") in ("vanished", "obsolete")
            if not gone:
                found[name, message.findtext("source") or ""] = message
    return found


@pytest.fixture(scope="module")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> dict[Key, ElementTree.Element]:
    """What lupdate finds in the program now."""
    target = tmp_path_factory.mktemp("translations") / "now.ts"
    wanted = [path for path in committed() if path.startswith("app/") and path.endswith(".py")]
    program = Path(sys.executable).with_name("pyside6-lupdate")
    done = subprocess.run(
        [program, *wanted, "-ts", str(target)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return _messages(target)


def test_lupdate_finds_the_words_of_views_models_and_commands(
    extracted: dict[Key, ElementTree.Element],
) -> None:
    contexts = {context for context, _source in extracted}
    assert {"SignInWindow", "CaseForm", "notices", "words", "commands"} <= contexts
    assert len(extracted) > 300


def _said() -> Iterator[tuple[str, str]]:
    """(place, words) of every text that is given to tr or translate as it stands."""
    for source in product():
        for call in (node for node in ast.walk(source.tree) if isinstance(node, ast.Call)):
            name = getattr(call.func, "attr", getattr(call.func, "id", ""))
            if name not in ("tr", "translate", "QT_TRANSLATE_NOOP"):
                continue
            for words in call.args[:1] if name == "tr" else call.args[1:2]:
                place = f"{source.path}:{call.lineno}"
                if isinstance(words, ast.Constant) and isinstance(words.value, str):
                    yield place, words.value
                elif isinstance(words, ast.JoinedStr):
                    yield place, ast.unparse(words)


def test_lupdate_finds_every_word_that_is_said(extracted: dict[Key, ElementTree.Element]) -> None:
    known = {words for _context, words in extracted}
    unseen = [f"{place}: {words}" for place, words in _said() if words not in known]
    assert not unseen, told(
        unseen,
        "lupdate does not look into f-strings, and such words stay English.",
        "give tr and translate plain literals outside f-strings; fill holes with format.",
    )


@waiting
def test_the_catalogue_covers_every_word_of_the_program(
    extracted: dict[Key, ElementTree.Element],
) -> None:
    missing = sorted(set(extracted) - set(_messages(CATALOGUE)))
    assert not missing, told(
        [f"{context}: {source}" for context, source in missing],
        "a Chinese doctor would read English in the middle of a sentence.",
        "run ./dev translate, then translate what is unfinished.",
    )


@waiting
def test_the_catalogue_has_no_unfinished_entry() -> None:
    unfinished = []
    for (context, source), message in _messages(CATALOGUE).items():
        translation = message.find("translation")
        text = "" if translation is None else "".join(translation.itertext()).strip()
        if translation is None or translation.get("type") == "unfinished" or not text:
            unfinished.append(f"{context}: {source}")
    assert not unfinished, told(unfinished, "it shows in English.", "translate it.")


@waiting
def test_a_translation_keeps_every_placeholder() -> None:
    import re

    def holes(text: str) -> list[str]:
        return sorted(re.findall(r"\{\w+\}", text))

    broken = [
        f"{context}: {source}"
        for (context, source), message in _messages(CATALOGUE).items()
        if holes(source) != holes(message.findtext("translation") or "")
    ]
    assert not broken, told(
        broken, "a name or a number would be lost.", "keep {names} as they are."
    )
