"""Debian's Orthanc with its DICOMweb plug-in, as installed but for ports, folders and encoding."""

import http.client
import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.errors import CounterpartMissing
from tests.bench.processes import free_port, running

START_S = 20
_PLUGINS = Path("/usr/share/orthanc/plugins")


def _program() -> str:
    program = shutil.which("Orthanc") or shutil.which("Orthanc", path="/usr/sbin")
    if program is None:
        raise CounterpartMissing("Orthanc is not installed (Debian: orthanc, orthanc-dicomweb)")
    if not any(_PLUGINS.glob("*DicomWeb*")):
        raise CounterpartMissing("Orthanc's plug-in orthanc-dicomweb is not installed")
    return program


def _configure(folder: Path, port: int) -> Path:
    """Only DICOMweb is loaded; no name is asked for, and only loopback is answered."""
    folder.mkdir()
    plugin = next(_PLUGINS.glob("*DicomWeb*"))
    settings = {
        "StorageDirectory": str(folder / "storage"),
        "IndexDirectory": str(folder / "storage"),
        "Plugins": [str(plugin)],
        "HttpPort": port,
        "HttpCompressionEnabled": False,
        "RemoteAccessAllowed": False,
        "AuthenticationEnabled": False,
        "DicomServerEnabled": False,
        "DefaultEncoding": "Utf8",
        "DicomWeb": {"Enable": True, "Root": "/dicom-web/"},
    }
    file = folder / "orthanc.json"
    file.write_text(json.dumps(settings), encoding="utf-8")
    return file


def version() -> str:
    """What `Orthanc --version` says first."""
    done = subprocess.run([_program(), "--version"], capture_output=True, text=True, check=False)
    return " ".join(("Orthanc", *done.stdout.splitlines()[0].split()[1:]))


@contextmanager
def orthanc(folder: Path) -> Iterator[int]:
    """A running Orthanc on fresh storage; answers its HTTP port. `CounterpartMissing` without."""
    program, port = _program(), free_port()
    file = _configure(folder, port)
    with running([program, file], stderr=subprocess.DEVNULL) as process:
        ends = time.monotonic() + START_S
        while not _answers(port):
            if _has_ended(process) or time.monotonic() > ends:
                raise CounterpartMissing("Orthanc did not start")
        yield port


def _has_ended(process: "subprocess.Popen[str]") -> bool:
    try:
        process.wait(timeout=0.1)
    except subprocess.TimeoutExpired:
        return False
    return True


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/dicom-web/studies?limit=1")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()
