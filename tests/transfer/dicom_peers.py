"""dcmtk's programs and Orthanc, as a hospital has them; every one ends by its own pid."""

import asyncio
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.bench.processes import free_port, running

BIN = Path("/usr/bin")
START_S = 20.0


def tool(name: str) -> str:
    """Debian's program by its full path: pynetdicom brings some of the same names."""
    path = BIN / name
    if not path.is_file():
        pytest.skip(f"{name} of dcmtk is not installed (Debian: dcmtk)")
    return str(path)


async def run_tool(
    name: str, *arguments: str | Path | int, cwd: Path | None = None
) -> tuple[int, str]:
    """Runs a program to its end: exit status, and what it said."""
    process = await asyncio.create_subprocess_exec(
        tool(name),
        *(str(one) for one in arguments),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    said, _ = await asyncio.wait_for(process.communicate(), 90)
    assert process.returncode is not None
    return process.returncode, said.decode(errors="replace")


def answers(port: int) -> bool:
    import socket

    with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


def _await_port(port: int, process: "subprocess.Popen[str]") -> None:
    ends = time.monotonic() + START_S
    while not answers(port):
        if process.poll() is not None or time.monotonic() > ends:
            pytest.skip("the counterpart did not start")


@dataclass(frozen=True)
class Orthanc:
    """A running Orthanc: AE title ORTHANC, its REST interface, and its DICOM port."""

    http: str
    port: int

    def upload(self, data: bytes) -> None:
        httpx.post(f"{self.http}/instances", content=data, timeout=60).raise_for_status()

    def post(self, path: str, body: object) -> object:
        answer = httpx.post(f"{self.http}{path}", json=body, timeout=60)
        assert answer.is_success, answer.text
        return answer.json()

    def get(self, path: str) -> object:
        answer = httpx.get(f"{self.http}{path}", timeout=60)
        assert answer.is_success, answer.text
        return answer.json()

    @property
    def web(self) -> str:
        return f"{self.http}/dicom-web"


@contextmanager
def orthanc(
    folder: Path, modalities: Mapping[str, Sequence[object]], **more: object
) -> Iterator[Orthanc]:
    """`modalities` by a name of Orthanc's: AE title, host, port."""
    program = shutil.which("Orthanc") or shutil.which("Orthanc", path="/usr/sbin")
    if program is None:
        pytest.skip("Orthanc is not installed (Debian: orthanc, orthanc-dicomweb)")
    plugins = [str(p) for p in Path("/usr/share/orthanc/plugins").glob("*DicomWeb*")][:1]
    http, port = free_port(), free_port()
    folder.mkdir(parents=True)
    settings = {
        "StorageDirectory": str(folder / "storage"),
        "IndexDirectory": str(folder / "storage"),
        "Plugins": plugins,
        "HttpPort": http,
        "HttpCompressionEnabled": False,
        "RemoteAccessAllowed": False,
        "AuthenticationEnabled": False,
        "DicomAet": "ORTHANC",
        "DicomPort": port,
        "DicomCheckCalledAet": True,
        "DicomAlwaysAllowEcho": True,
        "DicomAlwaysAllowFind": True,
        "DicomAlwaysAllowGet": True,
        "DicomAlwaysAllowMove": True,
        "DicomAlwaysAllowStore": True,
        "DefaultEncoding": "Utf8",
        "DicomModalities": {name: list(where) for name, where in modalities.items()},
        "DicomWeb": {"Enable": True, "Root": "/dicom-web/"},
        **more,
    }
    file = folder / "orthanc.json"
    file.write_text(json.dumps(settings), encoding="utf-8")
    with running([program, file], environment={"LC_ALL": "C"}) as process:
        _await_port(http, process)
        _await_port(port, process)
        yield Orthanc(f"http://127.0.0.1:{http}", port)


@contextmanager
def dcmqrscp(folder: Path, peers: Mapping[str, tuple[str, int]]) -> Iterator[int]:
    """dcmtk's archive with one area, QRSCP; answers its port."""
    port, area = free_port(), folder / "QRSCP"
    area.mkdir(parents=True)
    hosts = "\n".join(f"{name} = ({name}, {host}, {at})" for name, (host, at) in peers.items())
    config = folder / "dcmqrscp.cfg"
    config.write_text(
        f"NetworkTCPPort = {port}\nMaxPDUSize = 16384\nMaxAssociations = 16\n"
        f"HostTable BEGIN\n{hosts}\nHostTable END\n"
        f"VendorTable BEGIN\nVendorTable END\n"
        f"AETable BEGIN\nQRSCP {area} RW (200, 1024mb) ANY\nAETable END\n",
        encoding="utf-8",
    )
    with running([tool("dcmqrscp"), "-c", config], environment=dict(os.environ)) as process:
        _await_port(port, process)
        yield port
