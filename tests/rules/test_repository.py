"""What must not be in the repository: machines, registries, unpinned or foreign licences."""

import re
from importlib.metadata import PackageNotFoundError, distribution, metadata

from packaging.requirements import Requirement

from tests.rules.sources import ROOT, committed, told

REGISTRY = "|".join(
    re.escape(a + b)
    for a, b in (
        ("pypi.", "org"),
        ("files.python", "hosted"),
        ("registry.npm", "js"),
        ("crates", ".io/api"),
        ("mirrors.", "aliyun"),
        ("tuna.", "tsinghua"),
        ("proxy.golang", ".org"),
        ("index-", "url"),
        ("extra-index", "-url"),
    )
)
MACHINE = "|".join(
    (
        r"(?<![\w.])/" + r"work/\w",
        r"(?<![\w.])/" + r"root/\w",
        r"(?<![\w.])/" + r"home/\w+/",
        r"(?<![\w.])/" + r"Users/\w+/",
        r"[A-Z]:\\Users\\",
        r"192\." + r"168\.\d",
    )
)
ALLOWED = {
    "LICENSE": "the licence's own words",
}
TEXT = (".py", ".md", ".toml", ".txt", ".in", ".json", ".qss", ".svg", ".yml", ".yaml", ".cfg",
        ".html", ".js", ".css", ".sh", ".ps1", ".ini", ".mako", ".ts", ".iss", ".spec")  # fmt: skip


def _found(pattern: str) -> list[str]:
    wanted = re.compile(pattern)
    found = []
    for path in committed():
        if path in ALLOWED or not (path.endswith(TEXT) or "." not in path.rsplit("/", 1)[-1]):
            continue
        text = (ROOT / path).read_text(encoding="utf-8", errors="replace")
        for number, line in enumerate(text.splitlines(), 1):
            if wanted.search(line):
                found.append(f"{path}:{number} {line.strip()[:100]}")
    return found


def test_no_text_names_a_package_registry() -> None:
    broken = _found(REGISTRY)
    assert not broken, told(
        broken,
        "hospitals install from their own mirror; which one is the machine's configuration.",
        "leave the address out: pip and uv read their own configuration.",
    )


def test_no_text_names_somebodys_machine() -> None:
    broken = _found(MACHINE)
    assert not broken, told(
        broken, "it works there only.", "derive the path from the file, an option or a variable."
    )


def test_every_requirement_is_pinned_with_hashes() -> None:
    for name in ("client", "server", "dev"):
        text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
        blocks = re.findall(r"^(\S+==\S+)[^\n]*((?:\n[ \t]+[^\n]*)*)", text, re.M)
        assert len(blocks) > 10
        bare = [pin for pin, rest in blocks if "--hash=sha256:" not in rest]
        assert not bare, told(bare, "a swapped file would be installed.", "compile with hashes.")
        loose = [
            line
            for line in text.splitlines()
            if line and not line.startswith((" ", "#", "\t")) and "==" not in line
        ]
        assert not loose, told(loose, "an unpinned package changes by itself.", "pin it.")


LICENCES = {
    "pyside6": "LGPL, linked dynamically and replaceable (docs: third-party notices)",
    "pyside6-essentials": "LGPL, as above",
    "pyside6-addons": "LGPL, as above",
    "shiboken6": "LGPL, as above",
    "certifi": "MPL, file-based copyleft, unchanged",
    "docutils": "dual licensed",
}
GPL = re.compile(r"(?<![L])\bA?GPL|GNU (Affero )?General Public", re.I)


def _closure(first: list[str]) -> set[str]:
    """Every package the client's requirements bring with them, as installed here."""
    seen: set[str] = set()
    waiting = list(first)
    while waiting:
        requirement = Requirement(waiting.pop())
        name = re.sub(r"[-_.]+", "-", requirement.name).lower()
        if name in seen or (requirement.marker and not requirement.marker.evaluate({"extra": ""})):
            continue
        seen.add(name)
        try:
            waiting += distribution(name).requires or []
        except PackageNotFoundError:
            seen.discard(name)
    return seen


def _client() -> set[str]:
    lines = (ROOT / "requirements" / "client.in").read_text(encoding="utf-8").splitlines()
    return _closure([line for line in lines if line and not line.startswith(("#", "-"))])


def test_nothing_shipped_is_under_the_gpl() -> None:
    broken = []
    for name in sorted(_client() - set(LICENCES)):
        about = metadata(name).json
        said = [str(about.get(key, ""))[:200] for key in ("license_expression", "license")]
        said += [c for c in about.get("classifier", []) if c.startswith("License")]
        text = " ".join(said).replace("Lesser General Public", "LGPL")
        if GPL.search(text):
            broken.append(f"{name}: {text.strip()[:120]}")
    assert not broken, told(
        broken,
        "the program is Apache-2.0 and is given to hospitals as one package.",
        "use another library; an LGPL one goes to LICENCES with how it is linked.",
    )


def test_the_closure_reaches_beyond_the_named_packages() -> None:
    assert {"httpx", "httpcore", "anyio", "pyee", "aiortc", "numpy"} <= _client()
