"""Starts the real server and two real clients, and tells what happened."""

import json
import os
import secrets
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from app.cli.demo import script
from app.cli.demo.authority import issue
from app.cli.demo.phantom import write_ct_phantom
from app.cli.demo.samples import copy_pydicom_samples
from app.cli.demo.script import Plan
from app.ipc.child import huizhen_argv

START_S = 60.0
WHOLE_S = 900.0


class DemoFailed(Exception):
    """Names the step that failed."""


@dataclass
class Running:
    """A process whose stdout is read line by line."""

    name: str
    process: subprocess.Popen[str]
    log: Path


@dataclass
class Tale:
    """What has happened so far."""

    steps: list[dict[str, Any]] = field(default_factory=list)
    frames: dict[str, dict[str, int]] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)
    pdf: str = ""


class Director:
    def __init__(self, out: Path, *, study: Path | None, auto: bool, language: str) -> None:
        self._out = out.absolute()
        self._study = study
        self._auto = auto
        self._language = language
        self._running: list[Running] = []
        self._lines: SimpleQueue[tuple[str, str | None]] = SimpleQueue()
        self._began = time.monotonic()
        self.tale = Tale()

    # --- the play ------------------------------------------------------------------------

    def play(self) -> dict[str, Any]:
        """Plays it all; the answer is the summary. Every process it started has ended."""
        self._out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="huizhen-demo-") as folder:
            try:
                self._play(Path(folder))
            except DemoFailed as failed:
                self.tale.failed.append(str(failed))
            finally:
                self._stop()
        return self._summary()

    def _play(self, folder: Path) -> None:
        study = self._study or self._images(folder / "images")
        certificate = issue(
            folder / "authority", authority=script.AUTHORITY_NAME, expert=script.EXPERT_NAME
        )
        server = self._start_server(folder / "server", certificate.roots)
        people = self._people(folder / "server")
        for role, (username, password) in people.items():
            plan = Plan(
                role=role,
                server=server["url"],
                fingerprint=server["fingerprint"],
                username=username,
                password=password,
                study=study,
                out=self._out,
                auto=self._auto,
                language=self._language,
                theme="dark" if role == "expert" else "light",
            )
            if role == "expert":
                mine = {"certificate": certificate.file, "passphrase": certificate.passphrase}
                plan = plan.model_copy(update=mine)
            file = folder / f"{role}.json"
            file.write_text(plan.model_dump_json(), encoding="utf-8")
            file.chmod(0o600)
            self._start(role, huizhen_argv("demo-client", str(folder / role), str(file)))
            if not self._auto:
                self._say(f"{role}: sign in as {username} with the password {password}")
        if not self._auto:
            self._say(f"certificate fingerprint to compare: {server['fingerprint']}")
            self._say(f"images to add to the case: {study}")
            self._say(
                f"certificate for the expert's settings: {certificate.file} with the passphrase "
                f"{certificate.passphrase}"
            )
        self._follow({"clinic", "expert"})

    def _images(self, folder: Path) -> Path:
        began = time.monotonic()
        write_ct_phantom(folder / "ct", patient=script.PATIENT)
        copy_pydicom_samples(folder / "other", script.PATIENT)
        self._step("director", "make the images", began)
        return folder

    def _start_server(self, folder: Path, roots: Path) -> dict[str, str]:
        began = time.monotonic()
        environment = {**self._server_environment(folder), "HUIZHEN_SIGNATURE_ROOTS": str(roots)}
        self._start("server", (sys.executable, "-m", "server", "serve"), environment)
        while True:
            name, text = self._line(START_S, "start of the server")
            if text is None:
                raise DemoFailed(f"the {name} ended at its start; see {self._out}/{name}.log")
            told = json.loads(text)
            if "url" in told:
                self._step("server", "start", began)
                return dict(told)

    @staticmethod
    def _server_environment(folder: Path) -> dict[str, str]:
        return {"HUIZHEN_DATA_DIR": str(folder), "HUIZHEN_HOST": "127.0.0.1", "HUIZHEN_PORT": "0"}

    def _people(self, folder: Path) -> dict[str, tuple[str, str]]:
        """Accounts made by the server's own command line, as hospital IT would."""
        began = time.monotonic()
        environment = self._server_environment(folder)
        passwords = {name: secrets.token_urlsafe(9) for name in ("wang", "li")}
        commands = (
            ("institution", "add", "QSZ", "--name", script.CLINIC_NAME, "--kind", "clinic"),
            ("institution", "add", "SLY", "--name", script.HOSPITAL_NAME, "--kind", "hospital"),
            ("agreement", "add", "--clinic", "QSZ", "--hospital", "SLY"),
            (
                "user",
                "add",
                "wang",
                "--name",
                script.DOCTOR_NAME,
                "--role",
                "requester",
                "--institution",
                "QSZ",
                "--password-stdin",
            ),
            (
                "user",
                "add",
                "li",
                "--name",
                script.EXPERT_NAME,
                "--role",
                "expert",
                "--institution",
                "SLY",
                "--title",
                "chief_physician",
                "--department",
                script.DEPARTMENT,
                "--years",
                "20",
                "--icd10",
                "R,J,C34,K",
                "--licence",
                "DEMO-0001",
                "--password-stdin",
            ),
        )
        for command in commands:
            secret = passwords.get(command[2], "") if command[0] == "user" else ""
            done = subprocess.run(
                (sys.executable, "-m", "server", *command),
                input=secret,
                capture_output=True,
                text=True,
                env={**os.environ, **environment},
                check=False,
            )
            if done.returncode:
                raise DemoFailed(f"huizhen-server {' '.join(command[:3])}: {done.stderr.strip()}")
        self._step("server", "add people", began)
        return {"clinic": ("wang", passwords["wang"]), "expert": ("li", passwords["li"])}

    # --- processes -----------------------------------------------------------------------

    def _start(
        self, name: str, argv: tuple[str, ...], extra: Mapping[str, str] | None = None
    ) -> None:
        log = self._out / f"{name}.log"
        with log.open("w", encoding="utf-8") as errors:
            process = subprocess.Popen(
                argv,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                encoding="utf-8",
                env={**os.environ, **(extra or {})},
            )
        running = Running(name, process, log)
        self._running.append(running)
        threading.Thread(target=self._read, args=(running,), daemon=True).start()

    def _read(self, running: Running) -> None:
        assert running.process.stdout is not None
        for text in running.process.stdout:
            self._lines.put((running.name, text))
        self._lines.put((running.name, None))

    def _line(self, patience: float, what: str) -> tuple[str, str | None]:
        try:
            return self._lines.get(timeout=patience)
        except Empty:
            raise DemoFailed(f"nothing happened for {patience:.0f} s: {what}") from None

    def _follow(self, open_: set[str]) -> None:
        """Reads what the clients tell until both have ended."""
        patience = WHOLE_S if self._auto else 24 * 3600.0
        while open_:
            name, text = self._line(patience, "the consultation")
            if text is None:
                self._ended(name)
                open_.discard(name)
                continue
            try:
                told = json.loads(text)
            except ValueError:
                continue
            if "failed" in told:
                how = json.dumps(told.get("state"), ensure_ascii=False)
                raise DemoFailed(f"{name}: {told['failed']} {how}")
            if "step" in told:
                self._told(told)

    def _ended(self, name: str) -> None:
        running = next(running for running in self._running if running.name == name)
        code = running.process.wait()
        if name == "server" or code:
            raise DemoFailed(f"the {name} ended with status {code}; see {running.log}")

    def _stop(self) -> None:
        for running in reversed(self._running):
            if running.process.poll() is None:
                running.process.terminate()
        for running in reversed(self._running):
            try:
                running.process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                running.process.kill()

    # --- telling -------------------------------------------------------------------------

    def _told(self, told: dict[str, Any]) -> None:
        who = told.pop("who")
        at = round((time.monotonic() - self._began) * 1000)
        self.tale.steps.append({"who": who, "at_ms": at, **told})
        if "frames" in told:
            self.tale.frames[who] = told["frames"]
        self.tale.pdf = told.get("pdf", self.tale.pdf)
        self._say(f"{at / 1000:7.1f} s  {who:8} {told['step']:24} {told['ms']:6} ms")

    def _step(self, who: str, step: str, began: float) -> None:
        took = round((time.monotonic() - began) * 1000)
        self._told({"who": who, "step": step, "ms": took})

    @staticmethod
    def _say(text: str) -> None:
        print(text, flush=True)

    def _summary(self) -> dict[str, Any]:
        frames = self.tale.frames
        both = all(frames.get(who, {}).get("video", 0) > 0 for who in ("clinic", "expert"))
        ok = not self.tale.failed and (both or not self._auto)
        return {
            "ok": ok,
            "failed": self.tale.failed,
            "steps": self.tale.steps,
            "frames_received": frames,
            "pdf": self.tale.pdf,
            "out": str(self._out),
            "total_ms": round((time.monotonic() - self._began) * 1000),
        }
