"""A full disk of the server is told as such, takes nothing by half, and passes."""

import contextlib
import ctypes
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from protocol import paths
from protocol.errors import ErrorCode
from protocol.imaging import FailureReason
from server.store.room import RESERVE_BYTES
from tests.server.edge import centre_at, town_of
from tests.server.images import ct_slice, declare, file_bytes, multipart, new_study, stow
from tests.server.people import make_valley, open_case
from tests.server.test_stow import FAILED, progress, reasons

MiB = 1024 * 1024


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 110 MiB; skips where nobody may make one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    libc = ctypes.CDLL(None, use_errno=True)
    made = libc.mount(b"tmpfs", str(folder).encode(), b"tmpfs", 0, b"size=110m")
    if made != 0:
        pytest.skip(f"no file system can be made here: {os.strerror(ctypes.get_errno())}")
    yield folder
    subprocess.run(["/usr/bin/umount", "-l", str(folder)], check=True)


def fill(disk: Path, leaving: int = 0) -> Path:
    """Leaves no room, or so many bytes; when the file that is answered goes, there is."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as out, contextlib.suppress(OSError):
        while shutil.disk_usage(disk).free > leaving:
            out.write(bytes(min(MiB, max(4096, shutil.disk_usage(disk).free - leaving))))
        while not leaving:
            out.write(bytes(4096))
    return filler


def test_a_full_disk_refuses_images_with_its_reason_and_takes_them_when_there_is_room(
    small_disk: Path,
) -> None:
    with centre_at(small_disk / "centre") as centre:
        town = town_of(centre)
        valley = make_valley(town)
        doctor = valley.doctor
        case_id = open_case(valley)
        slices = new_study(2)
        files = [file_bytes(one) for one in slices]
        declare(doctor, case_id, slices, files)
        assert stow(doctor, files[:1]).status_code == 200
        filler = fill(small_disk, RESERVE_BYTES - MiB)
        refused = stow(doctor, files[1:])
        assert (refused.status_code, refused.json()["code"]) == (507, ErrorCode.NO_ROOM)
        assert doctor.get(paths.CONSULTATIONS)["items"], "what people read and write still goes on"
        filler.unlink()
        filler = fill(small_disk)
        answer = stow(doctor, files[1:])
        if answer.status_code == 409:
            assert reasons(answer.json(), FAILED) == [FailureReason.NO_ROOM]
        else:
            assert (answer.status_code, answer.json()["code"]) == (507, ErrorCode.NO_ROOM)
        large = file_bytes(ct_slice(slices[0].StudyInstanceUID, "1.2.3", 9, 2048))
        body, kind = multipart([large])
        told = doctor.http.post(
            f"{paths.DICOMWEB}/studies", content=body, headers={"content-type": kind}
        )
        assert (told.status_code, told.json()["code"]) == (507, ErrorCode.NO_ROOM)
        health = doctor.http.get(paths.HEALTH)
        assert (health.status_code, health.json()["disk"]) == (507, "full")
        filler.unlink()
        assert stow(doctor, files[1:]).status_code == 200
        assert progress(doctor, case_id)["verified"] is True
        town.close()
