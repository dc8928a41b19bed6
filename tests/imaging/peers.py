"""Other programs' decoders and renderers, and the files to hold against them.

Debian's dcmtk and GDCM are called by their full path: a Python environment may bring other
programs of the same name.
"""

import re
import subprocess
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from app.imaging.dataset import open_file
from app.imaging.description import describe
from app.imaging.errors import ImagingError
from tests.conftest import PROJECT
from tests.imaging.conftest import WHEEL, shared_root

BIN = Path("/usr/bin")
SERIES = ("ct-head-neck", "mr-lumbar")
"""Folders of the shared data with hundreds of slices each."""
BROKEN = ("JPEG2000-embedded-sequence-delimiter.dcm", "MR_truncated.dcm")
"""Their pixels are damaged on purpose; tests of their own say what becomes of them."""
Levels = NDArray[np.uint8]


def files_of(*below: str) -> list[Path]:
    """Every file of the wheel and of the shared data, or of `below` in the shared data."""
    roots = [shared_root() / part for part in below] if below else [WHEEL.parent, shared_root()]
    found = (file for root in roots if root.is_dir() for file in sorted(root.rglob("*")))
    return [file for file in found if file.is_file() and file.suffix not in (".py", ".pyc")]


@cache
def pictures() -> dict[Path, tuple[bool, str]]:
    """Every picture outside of the two series: whether it is grey, and its transfer syntax."""
    found = {}
    for file in files_of():
        if file.name in BROKEN or set(file.parts) & set(SERIES):
            continue
        try:
            obj = open_file(file)
            grey = describe(obj).photometric.is_monochrome
        except ImagingError:
            continue
        found[file] = (grey, obj.transfer_syntax_uid)
    return found


def single(*, grey: bool) -> list[Path]:
    """Those of them that are grey, or those in colour."""
    return [file for file, (is_grey, _) in pictures().items() if is_grey is grey]


def name_of(file: Path) -> str:
    """A short name for a test; from the end of a path, which never holds a patient's name."""
    return f"{file.parent.name}/{file.name}"


def program(name: str) -> str:
    """The full path of a peer's program; the test is skipped where it is not installed."""
    path = BIN / name
    if not path.is_file():
        pytest.skip(f"{path} is not installed (Debian: dcmtk, libgdcm-tools)")
    return str(path)


def run(name: str, *arguments: object) -> bool:
    """Whether a peer's program did its work."""
    argv = [program(name), *(str(argument) for argument in arguments)]
    return subprocess.run(argv, capture_output=True, check=False, cwd=PROJECT).returncode == 0


def pnm(data: bytes) -> Levels:
    """A binary PGM or PPM of 8 bits: (rows, columns) or (rows, columns, 3)."""
    head = re.match(rb"P([56])\s(?:#.*\n)?\s*(\d+)\s+(\d+)\s+255\s", data)
    assert head is not None
    kind, width, height = (int(group) for group in head.groups())
    pixels = np.frombuffer(data[head.end() :], np.uint8)
    return pixels.reshape((height, width) if kind == 5 else (height, width, 3))


def native_copy(file: Path, syntax: str, folder: Path) -> Path | None:
    """The file decompressed by somebody else's codec; None where nobody else opens it."""
    tools = {
        "1.2.840.10008.1.2.5": "dcmdrle",
        "1.2.840.10008.1.2.4.80": "dcmdjpls",
        "1.2.840.10008.1.2.4.81": "dcmdjpls",
        **{f"1.2.840.10008.1.2.4.{last}": "dcmdjpeg" for last in (50, 51, 57, 70)},
    }
    copy = folder / "native.dcm"
    tool = tools.get(syntax)
    if tool is not None and run(tool, "-q", file, copy):
        return copy
    return copy if run("gdcmconv", "--raw", file, copy) else None


def dcmtk_levels(file: Path, folder: Path, *options: object) -> Levels | None:
    """What `dcm2pnm` shows of an uncompressed file; None where it refuses."""
    out = folder / "dcmtk.pnm"
    return pnm(out.read_bytes()) if run("dcm2pnm", "-q", "-O", *options, file, out) else None
