"""`huizhen echo` and `huizhen query` against a real archive, as hospital IT types them."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.bench.processes import free_port
from tests.conftest import PROJECT
from tests.server.images import file_bytes, new_study
from tests.transfer.dicom_peers import Orthanc, orthanc


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Orthanc]:
    with orthanc(tmp_path_factory.mktemp("archive") / "orthanc", {}) as peer:
        for one in new_study(2):
            peer.upload(file_bytes(one))
        yield peer


def huizhen(*arguments: str | int) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "app", *(str(one) for one in arguments)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=60,
        env={**os.environ, "PYTHONUTF8": "1"},
    )


def test_an_archive_that_answers_is_said(archive: Orthanc) -> None:
    done = huizhen("echo", "127.0.0.1", archive.port, "--called", "ORTHANC")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"ORTHANC@127.0.0.1:{archive.port} answers\n"


@pytest.mark.parametrize("charset", ["ISO_IR 192", "GB18030", "ISO 2022 IR 58"])
def test_studies_are_printed_line_by_line(archive: Orthanc, charset: str) -> None:
    done = huizhen(
        "query", "127.0.0.1", archive.port, "--called", "ORTHANC", "--name", "何小溪",
        "--modality", "ct", "--charset", charset,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (study,) = [json.loads(line) for line in done.stdout.splitlines()]
    assert (study["patient_name"], study["images"]) == ("何^小溪", 2)


def test_why_it_did_not_work_is_one_line(archive: Orthanc) -> None:
    nobody = huizhen("echo", "127.0.0.1", free_port())
    assert nobody.returncode == 1
    assert nobody.stderr == (
        "huizhen echo: it cannot be reached: check address, port and firewall\n"
    )
    wrong = huizhen("query", "127.0.0.1", archive.port, "--called", "OTHER")
    assert wrong.returncode == 1
    assert "check both AE titles" in wrong.stderr
    assert len(wrong.stderr.splitlines()) == 1
