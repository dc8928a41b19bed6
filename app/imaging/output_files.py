"""Files for somebody else: names without a patient, written all or none."""

from __future__ import annotations

import errno
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from app.imaging.errors import (
    CancelledError,
    DiskFullError,
    NameTakenError,
    NotWritableError,
    OutputError,
)
from app.imaging.series import Instance

HALF = ".part"
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}

Content = Callable[[], bytes]


def file_name(instance: Instance, number: int | None, ending: str) -> str:
    """Modality, number of the series and of the picture (from 1): `CT-series3-0042.png`.

    Descriptions are free text and stay out of it.
    """
    parts = [re.sub(r"[^A-Za-z0-9]", "", instance.modality) or "image"]
    if instance.series_number is not None:
        parts.append(f"series{instance.series_number}")
    parts.append("view" if number is None else f"{number:04}")
    return "-".join(parts) + f".{ending}"


def distinct_names(names: Iterable[str]) -> tuple[str, ...]:
    """The same names, those that came before with -2, -3 … added."""
    seen: dict[str, int] = {}
    found = []
    for name in names:
        seen[name] = count = seen.get(name, 0) + 1
        stem, dot, ending = name.rpartition(".")
        found.append(name if count == 1 else f"{stem}-{count}{dot}{ending}")
    return tuple(found)


def write_files(
    folder: Path,
    files: Iterable[tuple[str, Content]],
    *,
    progressed: Callable[[int], object],
    cancelled: Callable[[], bool],
) -> tuple[Path, ...]:
    """Make each file and put all of them into a folder; on any error none of them stays.

    Nothing that lies there is written over. `progressed` is told how many are made.

    Raises:
        CancelledError: `cancelled`, asked before each file, said so.
        OutputError: the system refuses, or a name is taken.
        Whatever a content raises.
    """
    with _system_errors():
        half = Path(tempfile.mkdtemp(prefix=".writing-", dir=folder))
    try:
        names = []
        for name, content in files:
            if cancelled():
                raise CancelledError("Nobody wants the files any more.")
            if (folder / name).exists():
                raise NameTakenError("A file of this name is there already.")
            data = content()
            with _system_errors():
                _write(half / name, data)
            names.append(name)
            progressed(len(names))
        return _moved(half, folder, names)
    finally:
        shutil.rmtree(half, ignore_errors=True)


def _write(target: Path, data: bytes) -> None:
    with target.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())  # a full disk of the network says so only now


def _moved(half: Path, folder: Path, names: list[str]) -> tuple[Path, ...]:
    done: list[Path] = []
    try:
        for name in names:
            if (folder / name).exists():
                raise NameTakenError("A file of this name is there already.")
            with _system_errors():
                (half / name).rename(folder / name)
            done.append(folder / name)
    except OutputError:
        for path in done:
            path.unlink(missing_ok=True)
        raise
    return tuple(done)


@contextmanager
def whole_file(target: Path) -> Iterator[Path]:
    """A path beside `target` to write to; it takes the place of `target` when all went well, else
    nothing of it stays.

    Raises:
        OutputError: the system refuses.
    """
    half = target.with_name(target.name + HALF)
    try:
        with _system_errors():
            if not target.parent.is_dir():
                raise NotWritableError("There is no such folder.")
            half.write_bytes(b"")
            yield half
            half.replace(target)
    finally:
        if half.parent.is_dir():
            half.unlink(missing_ok=True)


@contextmanager
def _system_errors() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise DiskFullError("There is no room left.") from error
        raise NotWritableError("The folder cannot be written to.") from error
