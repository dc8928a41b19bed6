"""Ways out of the program: a mail server (SMTP, RFC 5321) and a gateway for text messages."""

import asyncio
import hashlib
import hmac
import json
import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Literal

import httpx

from protocol.on_call import AlertChannel, AlertTrouble
from server.api.services.on_call import Channel
from server.domain.on_call import Letter, NotDelivered
from server.domain.ports import Clock
from server.setting_values import SettingsError
from server.settings import Settings

TIMEOUT_S = 15
_TOO_EARLY = frozenset((408, 425, 429))


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed in. With `starttls` and `tls` nothing is said before the certificate
    has been checked."""

    host: str
    port: int
    security: Literal["starttls", "tls", "none"]
    user: str
    password: str
    sender: str


class MailChannel:
    """One connection a message, in a thread: smtplib blocks."""

    def __init__(self, place: MailServer, tls: ssl.SSLContext, clock: Clock) -> None:
        self._place = place
        self._tls = tls
        self._clock = clock

    async def send(self, address: str, letter: Letter) -> None:
        """Message-ID is the same in every attempt."""
        message = EmailMessage()
        message["From"] = self._place.sender
        message["To"] = address
        message["Subject"] = letter.subject
        message["Date"] = format_datetime(self._clock.now())
        message["Message-ID"] = f"<{letter.id}@{self._place.sender.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers
        message["X-Priority"] = "1"
        message.set_content(letter.text)
        await asyncio.to_thread(self._hand_in, message)

    def _hand_in(self, message: EmailMessage) -> None:
        place = self._place
        try:
            with self._connected() as smtp:
                if place.security == "starttls":
                    smtp.starttls(context=self._tls)
                if place.user:
                    smtp.login(place.user, place.password)
                smtp.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            again = all(code < 500 for code in codes)
            raise NotDelivered(AlertTrouble.REFUSED, again=again) from error
        except (smtplib.SMTPServerDisconnected, smtplib.SMTPConnectError) as error:
            raise NotDelivered(AlertTrouble.UNREACHABLE, again=True) from error
        except smtplib.SMTPException as error:
            raise NotDelivered(AlertTrouble.REFUSED, again=True) from error
        except OSError as error:
            raise NotDelivered(AlertTrouble.UNREACHABLE, again=True) from error

    def _connected(self) -> smtplib.SMTP:
        place = self._place
        if place.security == "tls":
            return smtplib.SMTP_SSL(place.host, place.port, timeout=TIMEOUT_S, context=self._tls)
        return smtplib.SMTP(place.host, place.port, timeout=TIMEOUT_S)


class SmsGateway:
    """POSTs JSON over HTTPS to the site's own gateway.

    `Huizhen-Signature` is `v1=` and the HMAC-SHA256 of `Huizhen-Timestamp`, a full stop and the
    body, in hexadecimal. `Idempotency-Key` is the same in every attempt. 2xx means taken.
    """

    def __init__(self, url: str, secret: str, tls: ssl.SSLContext, clock: Clock) -> None:
        self._url = url
        self._secret = secret.encode()
        self._tls = tls
        self._clock = clock

    async def send(self, address: str, letter: Letter) -> None:
        body = json.dumps(
            {
                "id": str(letter.id),
                "to": address,
                "why": letter.why.value,
                "department": letter.department,
                "number": letter.number,
                "waiting_since": letter.since.isoformat(),
                "text": letter.text,
            },
            ensure_ascii=False,
        ).encode()
        stamp = str(int(self._clock.now().timestamp()))
        headers = {
            "content-type": "application/json",
            "huizhen-timestamp": stamp,
            "huizhen-signature": f"v1={signature(self._secret, stamp, body)}",
            "idempotency-key": str(letter.id),
        }
        try:
            async with httpx.AsyncClient(
                verify=self._tls, timeout=TIMEOUT_S, trust_env=False, follow_redirects=False
            ) as client:
                answer = await client.post(self._url, content=body, headers=headers)
        except httpx.HTTPError as error:
            raise NotDelivered(AlertTrouble.UNREACHABLE, again=True) from error
        if not answer.is_success:
            again = answer.status_code >= 500 or answer.status_code in _TOO_EARLY
            raise NotDelivered(AlertTrouble.REFUSED, again=again)


def signature(secret: bytes, stamp: str, body: bytes) -> str:
    """HMAC-SHA256 (RFC 2104) in hexadecimal."""
    return hmac.new(secret, stamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def channels_of(settings: Settings, clock: Clock) -> Mapping[AlertChannel, Channel]:
    """The ways a site has set up; raises `SettingsError` for a CA that cannot be read."""
    found: dict[AlertChannel, Channel] = {}
    if settings.smtp_host is not None and settings.smtp_from is not None:
        password = settings.smtp_password
        place = MailServer(
            settings.smtp_host,
            settings.smtp_port,
            settings.smtp_security,
            settings.smtp_user,
            "" if password is None else password.get_secret_value(),
            settings.smtp_from,
        )
        tls = _trusting(settings.smtp_ca, f"{settings.prefix}SMTP_CA")
        found[AlertChannel.MAIL] = MailChannel(place, tls, clock)
    if settings.sms_url is not None and settings.sms_secret is not None:
        tls = _trusting(settings.sms_ca, f"{settings.prefix}SMS_CA")
        secret = settings.sms_secret.get_secret_value()
        found[AlertChannel.SMS] = SmsGateway(settings.sms_url, secret, tls, clock)
    return found


def _trusting(ca: Path | None, name: str) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=ca)
    except (OSError, ssl.SSLError) as error:
        raise SettingsError(
            f"{name}: this file cannot be read as PEM; check path and rights"
        ) from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2  # mail servers and gateways of others
    return context
