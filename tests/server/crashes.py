"""A case is played while the server, or its database, is killed at a random moment.

Afterwards every acknowledged write must be there, what was under way there wholly or not at all,
and what was never sent absent; then it is sent again, as a client does, and is there exactly once.
"""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from protocol import paths
from protocol.base import new_id
from protocol.report import Report
from server.domain.transitions import HELD, POOL
from tests.server.conftest import trusting
from tests.server.images import file_bytes, manifest, multipart, new_study
from tests.server.people import Town, Valley, content, make_valley
from tests.server.process import ServerProcess
from tests.server.signing import OPINION, report_of, signed, signing_key

ONCE = ("submit", "accept", "start_reading", "sign", "receive")
_OPEN = frozenset(phase.value for phase in (*POOL, *HELD))
_SAVED = "高血压十年，改写过一次"


@dataclass
class Play:
    """One case from its draft to its receipt; each step says whether its effect is there."""

    valley: Valley
    key: Ed25519PrivateKey
    """The expert's registered signing key."""
    acknowledged: list[str] = field(default_factory=list)
    under_way: str | None = None
    """The step whose answer never came."""

    def __post_init__(self) -> None:
        self.case_id = str(new_id())
        self.slices = new_study(2)
        self.files = [file_bytes(one) for one in self.slices]
        self.report: Report | None = None
        self.steps: dict[str, tuple[Callable[[], httpx.Response], Callable[[], bool]]] = {
            "create": (self._create, lambda: bool(self._case())),
            "save": (self._save, lambda: self._case()["content"]["history"] == _SAVED),
            "declare": (self._declare, lambda: bool(self._case()["studies"])),
            "first image": (lambda: self._send(0), lambda: self._has(0)),
            "second image": (lambda: self._send(1), lambda: self._has(1)),
            "submit": (lambda: self._doctor("submit"), lambda: self._told("submit")),
            "claim": (self._claim, lambda: self._told("claim")),
            "accept": (lambda: self._expert("accept"), lambda: self._told("accept")),
            "start_reading": (
                lambda: self._expert("start_reading"),
                lambda: self._told("start_reading"),
            ),
            "opinion": (self._opinion, self._has_opinion),
            "sign": (self._sign, lambda: self._told("sign")),
            "receive": (
                lambda: self._doctor("receive", decision="adopted", reason="照办"),
                lambda: self._told("receive"),
            ),
        }

    def go(self) -> None:
        """Step after step, until all is done or no answer comes."""
        for name, (send, _) in self.steps.items():
            try:
                with _away_is_silence(self.valley.doctor.http, self.valley.expert.http):
                    answer = send()
            except httpx.TransportError:
                self.under_way = name
                return
            assert answer.is_success, f"{name}: {answer.status_code} {answer.text}"
            self.acknowledged.append(name)

    def settle(self) -> None:
        """After the kill: what must be there is there, and the case goes on to its end."""
        there = True
        for name, (_, effect) in self.steps.items():
            if name in self.acknowledged:
                assert effect(), f"{name} was acknowledged and is not there"
            elif name != self.under_way:
                there = there and not self._reached(name, effect)
                assert there, f"{name} was never sent and is there"
        for name, (send, effect) in self.steps.items():
            if name == "claim":
                self._claim_again()
            elif name == self.under_way:
                again = send()
                assert again.status_code < 500, f"{name} again: {again.text}"
            elif name not in self.acknowledged:
                answer = send()
                assert answer.is_success, f"{name}: {answer.status_code} {answer.text}"
            assert effect(), f"{name} is not there in the end"
        counts = Counter(self._timeline())
        wrong = {name: counts[name] for name in ONCE if counts[name] != 1}
        assert not wrong, f"not exactly once: {wrong}"

    def _reached(self, name: str, effect: Callable[[], bool]) -> bool:
        """A step of a case that is not there has no effect to ask for."""
        return bool(self._case()) and effect() if name != "create" else bool(self._case())

    # --- what is there -------------------------------------------------------------------------

    def _case(self) -> dict[str, Any]:
        path = paths.CONSULTATION.format(consultation_id=self.case_id)
        answer = self.valley.doctor.http.get(path)
        if answer.status_code == 404:
            return {}
        assert answer.is_success, answer.text
        body: dict[str, Any] = answer.json()
        return body

    def _timeline(self) -> list[str]:
        events = self.valley.doctor.get(paths.TIMELINE, consultation_id=self.case_id)
        return [event["action"] for event in events]

    def _told(self, action: str) -> bool:
        return action in self._timeline()

    def _has(self, index: int) -> bool:
        one = self.slices[index]
        path = (
            f"{paths.DICOMWEB}/studies/{one.StudyInstanceUID}/series/{one.SeriesInstanceUID}"
            f"/instances/{one.SOPInstanceUID}"
        )
        answer = self.valley.doctor.http.get(path, headers={"accept": "application/dicom"})
        assert answer.status_code in {200, 404}, answer.text
        assert answer.status_code == 404 or answer.content == self.files[index]
        return answer.status_code == 200

    def _has_opinion(self) -> bool:
        if self._case()["summary"]["phase"] not in _OPEN:
            return self._told("sign")
        path = paths.OPINION.format(consultation_id=self.case_id)
        answer = self.valley.expert.http.get(path)
        if answer.status_code in {403, 404}:
            return False
        found: bool = answer.json()["opinion"]["findings"] == OPINION["findings"]
        return found

    # --- what people do ------------------------------------------------------------------------

    def _content(self, **more: object) -> dict[str, Any]:
        return content(self.valley.department, **more)

    def _create(self) -> httpx.Response:
        body = {"id": self.case_id, "content": self._content()}
        return self.valley.doctor.send("POST", paths.CONSULTATIONS, body)

    def _save(self) -> httpx.Response:
        body = {
            "version": self._case()["summary"]["version"],
            "content": self._content(history=_SAVED),
        }
        return self.valley.doctor.send("PUT", paths.CASE, body, consultation_id=self.case_id)

    def _declare(self) -> httpx.Response:
        return self.valley.doctor.send(
            "PUT",
            paths.STUDY,
            manifest(self.slices, self.files),
            consultation_id=self.case_id,
            study_instance_uid=self.slices[0].StudyInstanceUID,
        )

    def _send(self, index: int) -> httpx.Response:
        body, kind = multipart([self.files[index]])
        path = f"{paths.DICOMWEB}/studies"
        headers = {"content-type": kind}
        return self.valley.doctor.http.post(path, content=body, headers=headers)

    def _doctor(self, action: str, **more: object) -> httpx.Response:
        return self.valley.doctor.act(self.case_id, action, **more)

    def _expert(self, action: str) -> httpx.Response:
        return self.valley.expert.act(self.case_id, action)

    def _claim(self) -> httpx.Response:
        answer = self.valley.expert.send("POST", paths.CLAIM, consultation_id=self.case_id)
        if answer.is_success:
            body = answer.json()
            held = {"claim_token": body["claim_token"], "fence": body["fence"]}
            self.valley.expert.claim[self.case_id] = held
        return answer

    def _claim_again(self) -> None:
        """A client that comes back asks for its case again, unless it is over."""
        if self._case()["summary"]["phase"] in _OPEN:
            answer = self._claim()
            assert answer.is_success, f"claim again: {answer.text}"

    def _opinion(self) -> httpx.Response:
        body = {**self.valley.expert.claim[self.case_id], "opinion": OPINION}
        return self.valley.expert.send("PUT", paths.OPINION, body, consultation_id=self.case_id)

    def _sign(self) -> httpx.Response:
        if self.report is None:
            self.report = report_of(self.valley.expert, self.case_id)
        return signed(self.valley.expert, self.case_id, self.report, self.key)


@contextmanager
def _away_is_silence(*clients: httpx.Client) -> Iterator[None]:
    """503 is the server's word for "nobody knows whether it was done", like no answer."""

    def refuse(answer: httpx.Response) -> None:
        if answer.status_code == 503:
            raise httpx.ReadError("the database is away", request=answer.request)

    for client in clients:
        client.event_hooks = {"response": [refuse]}
    try:
        yield
    finally:
        for client in clients:
            client.event_hooks = {}


class Killer:
    """Kills after a random part of the time that a whole play takes."""

    def __init__(self, kill: Callable[[], object], seed: int, whole_s: float) -> None:
        self.after_s = random.Random(seed).uniform(0, whole_s)
        self._kill, self.killed = kill, False
        self._timer = threading.Timer(self.after_s, self._now)

    def _now(self) -> None:
        self._kill()
        self.killed = True

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *_error: object) -> None:
        self._timer.join()
        assert self.killed, "a round without its kill"


@dataclass
class Arena:
    """A site whose server or database is killed again and again."""

    play: Callable[[], Play]
    kill: Callable[[], object]
    come_back: Callable[[], None]
    whole_s: float
    """How long a play takes that nobody disturbs."""

    def round(self, seed: int) -> str | None:
        """Plays a case, kills, comes back and looks; answers what was under way."""
        play = self.play()
        with Killer(self.kill, seed, self.whole_s):
            play.go()
        self.come_back()
        play.settle()
        return play.under_way


@contextmanager
def arena(
    server: ServerProcess, kill: Callable[[], object], come_back: Callable[[], None]
) -> Iterator[Arena]:
    """On a running site that has an administrator."""
    town = Town(server.url, trusting(server.ca))
    try:
        valley = make_valley(town)
        key = signing_key(valley.expert)
        first, began = Play(valley, key), time.monotonic()
        first.go()
        assert first.under_way is None
        yield Arena(lambda: Play(valley, key), kill, come_back, time.monotonic() - began)
    finally:
        town.close()
