"""OHIF's released web build on an origin of its own, and Chromium driven by its own protocol."""

import base64
import contextlib
import functools
import hashlib
import json
import shutil
import ssl
import subprocess
import tarfile
import threading
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from websockets.sync.client import ClientConnection, connect

from tests.bench.errors import CounterpartMissing
from tests.bench.processes import cache_folder, running

VERSION = "3.12.10"
_FETCH_S = 300


def ohif_folder() -> Path:
    """Where the web build lies, fetched once by npm into the user's cache."""
    if shutil.which("npm") is None:
        raise CounterpartMissing("npm is not installed")
    folder = cache_folder(f"ohif-{VERSION}")
    built = folder / "package" / "dist"
    if (built / "complete").exists():
        return built
    command = ["npm", "pack", f"@ohif/app@{VERSION}", "--pack-destination", str(folder), "--silent"]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=_FETCH_S, check=False, cwd=folder
        )
    except subprocess.TimeoutExpired as error:
        raise CounterpartMissing("npm did not fetch @ohif/app in time") from error
    if done.returncode:
        raise CounterpartMissing(f"npm could not fetch @ohif/app@{VERSION}")
    archive = folder / done.stdout.strip().splitlines()[-1]
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")
    archive.unlink()
    (built / "complete").touch()
    return built


def _configuration(dicomweb: str) -> bytes:
    source = {
        "namespace": "@ohif/extension-default.dataSourcesModule.dicomweb",
        "sourceName": "huizhen",
        "configuration": {
            "friendlyName": "Huizhen",
            "name": "huizhen",
            "qidoRoot": dicomweb,
            "wadoRoot": dicomweb,
            "wadoUriRoot": dicomweb,
            "qidoSupportsIncludeField": True,
            "supportsFuzzyMatching": True,
            "supportsWildcard": True,
            "imageRendering": "wadors",
            "thumbnailRendering": "thumbnail",
            "enableStudyLazyLoad": True,
            "omitQuotationForMultipartRequest": False,
            "bulkDataURI": {"enabled": True},
        },
    }
    config = {
        "routerBasename": None,
        "extensions": [],
        "modes": [],
        "showStudyList": False,
        "showWarningMessageForCrossOrigin": False,
        "showCPUFallbackMessage": False,
        "investigationalUseDialog": {"option": "never"},
        "defaultDataSourceName": "huizhen",
        "dataSources": [source],
    }
    return f"window.config = {json.dumps(config)};".encode()


class PageServer(ThreadingHTTPServer):
    """Has the viewer's configuration, once `configure` was called."""

    configuration = b""


@contextmanager
def page_server(folder: Path) -> Iterator[PageServer]:
    """Serves the build; `configure` must be called with the server's address before a page is."""

    class Pages(SimpleHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.split("?")[0]
            if path == "/app-config.js":
                self._send(server.configuration)
                return
            if not (folder / path.lstrip("/")).is_file():
                self.path = "/index.html"
            super().do_GET()

        def _send(self, body: bytes) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/javascript")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def copyfile(self, source: Any, outputfile: Any) -> None:
            with contextlib.suppress(ConnectionError):  # the browser has gone
                super().copyfile(source, outputfile)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
            """Nothing is told."""

    server = PageServer(("127.0.0.1", 0), functools.partial(Pages, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def configure(server: PageServer, dicomweb: str) -> None:
    server.configuration = _configuration(dicomweb)


class Page:
    """One page of Chromium."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket, self._number = socket, 0
        self.said: list[str] = []
        for domain in ("Page", "Runtime", "Log"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        self._number += 1
        number = self._number
        self._socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            told = json.loads(self._socket.recv(timeout=60))
            if told.get("id") == number:
                answer: dict[str, Any] = told.get("result", {})
                return answer
            self._note(told)

    def _note(self, told: dict[str, Any]) -> None:
        if told.get("method") == "Log.entryAdded":
            self.said.append(told["params"]["entry"]["text"])

    def evaluate(self, expression: str) -> Any:
        answer = self.call(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        return answer.get("result", {}).get("value")

    def picture(self) -> bytes:
        """A PNG of what is seen."""
        return base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"])


@contextmanager
def chromium(
    profile: Path, certificate: Path | None, options: Sequence[str] = ()
) -> Iterator[Page]:
    """A headless Chromium that trusts the key of one certificate besides the public ones."""
    program = shutil.which("chromium")
    if program is None:
        raise CounterpartMissing("chromium is not installed")
    trust = [] if certificate is None else [_trusting(certificate)]
    argv: list[str | Path] = [
        program,
        *("--headless=new", "--no-sandbox", "--no-first-run", "--disable-gpu-sandbox"),
        *("--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--window-size=1400,900"),
        *("--remote-debugging-port=0", f"--user-data-dir={profile}"),
        *trust,
        *options,
        "about:blank",
    ]
    with running(argv) as process:
        port = _port(process, profile / "DevToolsActivePort")
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/json") as answer:
            pages = [one for one in json.load(answer) if one["type"] == "page"]
        with connect(pages[0]["webSocketDebuggerUrl"], max_size=None) as socket:
            yield Page(socket)


def _trusting(certificate: Path) -> str:
    key = x509.load_pem_x509_certificate(certificate.read_bytes()).public_key()
    spki = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    pin = base64.b64encode(hashlib.sha256(spki).digest()).decode()
    return f"--ignore-certificate-errors-spki-list={pin}"


def _port(process: "subprocess.Popen[str]", file: Path) -> int:
    for _ in range(300):
        if file.exists() and file.read_text().strip():
            return int(file.read_text().split()[0])
        try:
            process.wait(timeout=0.1)
        except subprocess.TimeoutExpired:
            continue
        break
    raise CounterpartMissing("chromium did not start")


def certificate_of(url: str) -> str:
    """The certificate a server shows, PEM."""
    host, port = url.removeprefix("https://").split(":")
    return ssl.get_server_certificate((host, int(port)))
