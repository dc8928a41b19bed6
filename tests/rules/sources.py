"""The project's own files, parsed once for all rules."""

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Source:
    """One Python file; `path` is relative to the project, with slashes."""

    path: str
    text: str
    tree: ast.Module

    def starts(self, *folders: str) -> bool:
        return self.path.startswith(tuple(f"{folder.rstrip('/')}/" for folder in folders))


@lru_cache(maxsize=1)
def committed() -> tuple[str, ...]:
    """Every file that is or would be committed."""
    done = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return tuple(sorted(path for path in done.stdout.splitlines() if (ROOT / path).is_file()))


@lru_cache(maxsize=1)
def sources() -> tuple[Source, ...]:
    """Every Python file, `dev` among them."""
    found = []
    for path in committed():
        if path.endswith(".py") or path == "dev":
            text = (ROOT / path).read_text(encoding="utf-8")
            found.append(Source(path, text, ast.parse(text, path)))
    return tuple(found)


def product() -> Iterator[Source]:
    """What is shipped."""
    return (s for s in sources() if s.starts("app", "server", "protocol", "resources"))


def imports(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """(line, module) of every import, also inside functions and under TYPE_CHECKING."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for name in node.names:
                yield node.lineno, name.name
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.lineno, node.module
            for name in node.names:
                yield node.lineno, f"{node.module}.{name.name}"


def dotted(node: ast.AST) -> str:
    """`a.b.c` of a name or an attribute; "" for anything else."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=inner, attr=name):
            before = dotted(inner)
            return f"{before}.{name}" if before else f"?.{name}"
    return ""


def told(broken: list[str], why: str, mend: str) -> str:
    """The message of a broken rule: where, why it is a rule, how to mend it."""
    lines = "\n".join(f"  {line}" for line in broken)
    return f"\n{lines}\nWhy: {why}\nMend: {mend}"
