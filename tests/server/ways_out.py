"""A mail server and a gateway for text messages of others, on loopback, with real TLS."""

import http.server
import json
import logging
import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from server.api.services.channels import signature
from tests.bench.processes import free_port
from tests.net.authority import Authority

USER, PASSWORD = "huizhen", "a password of the mail server"
SECRET = "a secret shared with the gateway"
PATIENCE_S = 30
logging.getLogger("mail.log").setLevel(logging.ERROR)  # it warns of its own deprecations


class MailBox:
    """Takes mail for everybody but who is refused."""

    def __init__(self) -> None:
        self._came: queue.Queue[EmailMessage] = queue.Queue()
        self.refuse = ""

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.refuse:
            return self.refuse
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        made = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(made, EmailMessage)
        self._came.put(made)
        return "250 OK"

    def next(self, about: str) -> EmailMessage:
        """The next that speaks of a department; those of others are thrown away."""
        while True:
            found = self._came.get(timeout=PATIENCE_S)
            if about in found.get_content():
                return found

    def rest(self, about: str) -> list[EmailMessage]:
        """What else has come of a department."""
        there = [self._came.get_nowait() for _ in range(self._came.qsize())]
        return [one for one in there if about in one.get_content()]


def _authenticate(
    _server: object, _session: object, _envelope: object, _mechanism: str, data: object
) -> AuthResult:
    right = isinstance(data, LoginPassword) and (data.login, data.password) == (
        USER.encode(),
        PASSWORD.encode(),
    )
    return AuthResult(success=right)


@contextmanager
def mail_server(authority: Authority, folder: Path) -> Iterator[tuple[MailBox, dict[str, str]]]:
    """Says nothing before STARTTLS and takes nothing without a password; the settings for it."""
    box, port = MailBox(), free_port()
    controller = Controller(
        box,
        hostname="127.0.0.1",
        port=port,
        tls_context=authority.server_context(folder),
        require_starttls=True,
        auth_required=True,
        authenticator=_authenticate,
    )
    controller.start()
    try:
        yield box, {
            "HUIZHEN_SMTP_HOST": "127.0.0.1",
            "HUIZHEN_SMTP_PORT": str(port),
            "HUIZHEN_SMTP_USER": USER,
            "HUIZHEN_SMTP_PASSWORD": PASSWORD,
            "HUIZHEN_SMTP_FROM": "huizhen@hospital.example",
        }  # fmt: skip
    finally:
        controller.stop()


class Gateway:
    """Answers with `status`; every message that came with a right signature can be had."""

    def __init__(self) -> None:
        self._came: queue.Queue[dict[str, Any]] = queue.Queue()
        self.status = 200
        self.meanwhile: Callable[[str], object] = lambda _department: None
        """What happens before a message of a department is answered."""

    def next(self, about: str) -> dict[str, Any]:
        """The next of a department with its Idempotency-Key as `key`; others are thrown away."""
        while True:
            found = self._came.get(timeout=PATIENCE_S)
            if found["department"] == about:
                return found

    def put(self, message: dict[str, Any]) -> None:
        self._came.put(message)


@contextmanager
def gateway(authority: Authority, folder: Path) -> Iterator[tuple[Gateway, dict[str, str]]]:
    """An HTTPS server and the settings for it."""
    made = Gateway()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            stamp = self.headers["huizhen-timestamp"]
            right = f"v1={signature(SECRET.encode(), stamp, body)}"
            message = json.loads(body)
            if self.headers["huizhen-signature"] == right:
                made.put(message | {"key": self.headers["idempotency-key"]})
            made.meanwhile(message["department"])
            self.send_response(made.status)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            pass

        def handle(self) -> None:
            try:
                super().handle()
            except OSError:
                pass  # the other side was killed

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = authority.server_context(folder)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield (
            made,
            {
                "HUIZHEN_SMS_URL": f"https://127.0.0.1:{server.server_address[1]}/sms?site=7",
                "HUIZHEN_SMS_SECRET": SECRET,
            },
        )
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
