"""`./dev translate`: collects the texts of the program, and compiles the translations.

Texts stand in the code in English; `huizhen_zh_CN.ts` holds the Chinese for a translator (Qt
Linguist opens it), `huizhen_zh_CN.qm` is what the program reads. Both are committed.
"""

import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET  # nosec B405  # our own files, never a stranger's
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
CATALOGUE = HERE / "huizhen_zh_CN.ts"
COMPILED = CATALOGUE.with_suffix(".qm")
SOURCES = ("app/views", "app/models", "app/commands", "app/viewers", "app/kit", "app/composition")


def tool(name: str) -> str:
    """Qt's own tools, as they come with PySide6."""
    beside = Path(sys.executable).parent / f"pyside6-{name}"
    return str(beside.with_suffix(".exe") if sys.platform == "win32" else beside)


def collect(catalogue: Path) -> None:
    """Brings the texts of the source into a catalogue; texts that are gone leave it."""
    options = ["-extensions", "py", "-locations", "none", "-no-obsolete"]
    languages = ["-source-language", "en", "-target-language", "zh_CN"]
    subprocess.run(
        [tool("lupdate"), *options, *languages, *SOURCES, "-ts", str(catalogue)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )


def compile_catalogue(catalogue: Path, compiled: Path) -> None:
    subprocess.run(
        [tool("lrelease"), "-silent", str(catalogue), "-qm", str(compiled)],
        check=True,
        capture_output=True,
    )


def messages(catalogue: Path) -> dict[tuple[str, str], str]:
    """(context, source) → translation; empty where it is not done."""
    found = {}
    tree = ET.parse(catalogue)  # nosec B314  # our own file
    for context in tree.getroot().iter("context"):
        name = context.findtext("name") or ""
        for message in context.iter("message"):
            target = message.find("translation")
            done = target is not None and target.get("type") != "unfinished"
            text = (target.text or "") if target is not None and done else ""
            found[name, message.findtext("source") or ""] = text
    return found


def unfinished() -> list[tuple[str, str]]:
    """Texts of the source that the committed catalogue does not translate."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / CATALOGUE.name
        if CATALOGUE.exists():
            fresh.write_bytes(CATALOGUE.read_bytes())
        collect(fresh)
        return [key for key, text in messages(fresh).items() if not text]


def main() -> int:
    """Refreshes both files; 1 when something is left to translate, which is printed."""
    collect(CATALOGUE)
    compile_catalogue(CATALOGUE, COMPILED)
    left = [key for key, text in messages(CATALOGUE).items() if not text]
    for context, source in left:
        sys.stdout.write(f"{context}: {source}\n")
    return 1 if left else 0


if __name__ == "__main__":
    raise SystemExit(main())
