"""Browsers with invented cameras and microphones: Chromium by its own protocol, Firefox by
WebDriver BiDi. Both tap as a finger does, and say what their policy has stopped."""

import base64
import json
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from websockets.sync.client import ClientConnection, connect

from tests.bench.errors import CounterpartMissing
from tests.bench.processes import running
from tests.live.ohif import Page, chromium

FAKE_DEVICES = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
NO_DEVICES = ("--use-fake-ui-for-media-stream",)
DENIED = ("--use-fake-device-for-media-stream", "--deny-permission-prompts")
PHONE = {"width": 390, "height": 844, "deviceScaleFactor": 2, "mobile": True}
FIREFOX_SETTINGS = {
    "media.navigator.streams.fake": True,
    "media.navigator.permission.disabled": True,
    "media.gmp-manager.updateEnabled": False,
    "intl.accept_languages": "en",
}
WATCH = """
globalThis.connections = []; globalThis.stopped = []; globalThis.sockets = [];
globalThis.locks = [];
if (navigator.wakeLock) {
  const request = navigator.wakeLock.request.bind(navigator.wakeLock);
  navigator.wakeLock.request = (kind) => (locks.push(request(kind)), locks.at(-1));
}
document.addEventListener('securitypolicyviolation', (event) =>
  stopped.push(`${event.effectiveDirective} ${event.blockedURI}`));
globalThis.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(...given) { super(...given); connections.push(this); }
};
globalThis.WebSocket = class extends WebSocket {
  constructor(...given) { super(...given); sockets.push(this); }
};
"""
"""What the page makes is kept where a test can count it."""


class Browser(Protocol):
    """One page; every call waits until it is done."""

    def open(self, address: str) -> None: ...

    def evaluate(self, expression: str) -> Any:
        """The value of an expression; a promise is awaited."""

    def tap(self, x: float, y: float) -> None: ...

    def picture(self) -> bytes:
        """A PNG of what is seen."""


class Chromium:
    def __init__(self, page: Page) -> None:
        self._page = page
        page.call("Page.addScriptToEvaluateOnNewDocument", source=WATCH)
        self.screen()

    def screen(self, *, dark: bool = False, **measures: Any) -> None:
        """A phone unless other measures are given."""
        self._page.call("Emulation.setDeviceMetricsOverride", **{**PHONE, **measures})
        feature = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self._page.call("Emulation.setEmulatedMedia", features=[feature])

    def speaks(self, language: str) -> None:
        agent = self._page.evaluate("navigator.userAgent")
        self._page.call("Emulation.setUserAgentOverride", userAgent=agent, acceptLanguage=language)

    def open(self, address: str) -> None:
        self._page.call("Page.navigate", url="about:blank")
        self._page.call("Page.navigate", url=address)

    def evaluate(self, expression: str) -> Any:
        return self._page.evaluate(expression)

    def tap(self, x: float, y: float) -> None:
        at = {"x": x, "y": y, "button": "left", "clickCount": 1}
        for kind in ("mousePressed", "mouseReleased"):
            self._page.call("Input.dispatchMouseEvent", type=kind, **at)

    def picture(self) -> bytes:
        return self._page.picture()


class Firefox:
    def __init__(self, socket: ClientConnection) -> None:
        self._socket, self._number = socket, 0
        self._call("session.new", capabilities={"alwaysMatch": {"acceptInsecureCerts": True}})
        self._context = self._call("browsingContext.getTree")["contexts"][0]["context"]
        self._call("script.addPreloadScript", functionDeclaration=f"() => {{{WATCH}}}")

    def _call(self, method: str, **parameters: Any) -> dict[str, Any]:
        self._number += 1
        self._socket.send(json.dumps({"id": self._number, "method": method, "params": parameters}))
        while True:
            told = json.loads(self._socket.recv(timeout=60))
            if told.get("id") == self._number:
                assert told["type"] == "success", told
                answer: dict[str, Any] = told["result"]
                return answer

    def open(self, address: str) -> None:
        for url in ("about:blank", address):
            self._call("browsingContext.navigate", context=self._context, url=url, wait="complete")

    def evaluate(self, expression: str) -> Any:
        told = self._call(
            "script.evaluate",
            expression=f"(async () => JSON.stringify(await ({expression})) ?? 'null')()",
            target={"context": self._context},
            awaitPromise=True,
        )
        assert told["type"] == "success", told
        return json.loads(told["result"]["value"])

    def tap(self, x: float, y: float) -> None:
        finger = [
            {"type": "pointerMove", "x": round(x), "y": round(y)},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]
        source = {"type": "pointer", "id": "finger", "actions": finger}
        self._call("input.performActions", context=self._context, actions=[source])

    def picture(self) -> bytes:
        told = self._call("browsingContext.captureScreenshot", context=self._context)
        return base64.b64decode(told["data"])


@contextmanager
def guest_chromium(
    profile: Path, certificate: Path, options: Sequence[str] = FAKE_DEVICES
) -> Iterator[Chromium]:
    with chromium(profile, certificate, options) as page:
        yield Chromium(page)


@contextmanager
def guest_firefox(profile: Path) -> Iterator[Firefox]:
    program = shutil.which("firefox-esr") or shutil.which("firefox")
    if program is None:
        raise CounterpartMissing("firefox-esr is not installed")
    profile.mkdir(parents=True)
    lines = [f"user_pref({json.dumps(k)}, {json.dumps(v)});" for k, v in FIREFOX_SETTINGS.items()]
    (profile / "user.js").write_text("\n".join(lines))
    argv: list[str | Path] = [
        program,
        *("--headless", "--no-remote", "--remote-debugging-port", "0", "--profile", profile),
    ]
    with running(argv, stderr=subprocess.STDOUT) as process:
        address = _address(process)
        with connect(f"{address}/session", max_size=None, origin=None) as socket:
            yield Firefox(socket)


def _address(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    for line in process.stdout:
        if "WebDriver BiDi listening on" in line:
            return line.split()[-1]
    raise CounterpartMissing("firefox did not start")
