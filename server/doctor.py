"""`huizhen-server doctor`: the likeliest mistakes of an installation, each with its mend."""

import asyncio
import os
import shutil
import socket
import ssl
from collections.abc import Callable, Generator, Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509

from server.api.tls import server_identity
from server.doctor_finding import Finding, Findings, Verdict, fine
from server.doctor_people import people
from server.doctor_trust import backups, devices, heads
from server.setting_values import SettingsError
from server.settings import Settings
from server.store.errors import StoreError
from server.store.kek import KeptIn
from server.store.object_choice import open_objects, ring_of
from server.store.objects import opens_whole
from server.store.overview import Overview, overview
from server.store.room import RESERVE_BYTES

_LITTLE_ROOM = 10 * 1024**3
_FEW_FILES = 4096
_CONNECT_S = 3.0
_SOON = timedelta(days=30)
_SKEW = timedelta(seconds=5)


def examine(settings: Settings, now: Callable[[], datetime]) -> Findings:
    """Every check, in an order in which the first bad one is likely the cause of later ones.

    Reads only; waits at most a few seconds for each counterpart that does not answer.
    """
    yield from _data_folder(settings)
    yield from _rights_of_the_process()
    yield from _certificate(settings, now())
    yield from _address(settings)
    seen = yield from _database(settings, now())
    yield from devices(settings, seen, now())
    yield from _token(settings)
    yield from _images(settings, seen)
    if seen is not None:
        yield from _rows(settings, seen)
        yield from people(settings, seen)
    yield from _calls(settings)
    yield from _counterparts(settings)
    yield from backups(settings, seen, now())
    yield from heads(settings, now())


def _data_folder(settings: Settings) -> Findings:
    check, folder = "data folder", settings.data_dir
    if not folder.is_dir():
        yield Finding(
            check,
            Verdict.LOOK,
            "it is not there yet: the first start makes it",
            "if there should be data already, HUIZHEN_DATA_DIR names the wrong folder",
        )
        return
    if not os.access(folder, os.W_OK | os.X_OK):
        yield Finding(
            check,
            Verdict.BAD,
            "this user may not write into it",
            "run this as the server's user, or give the folder to it (chown -R huizhen)",
        )
        return
    if os.name == "posix" and folder.stat().st_mode & 0o077:
        yield Finding(check, Verdict.BAD, "other users may read it", "chmod 700 the folder")
    free = shutil.disk_usage(folder).free
    room = f"{free / 1024**3:.1f} GiB free"
    if free < _LITTLE_ROOM:
        full = "images are refused; " if free < RESERVE_BYTES else ""
        verdict = Verdict.BAD if full else Verdict.LOOK
        yield Finding(check, verdict, room, f"{full}make room, or use a larger disk or a bucket")
        return
    yield fine(check, room)


def _rights_of_the_process() -> Findings:
    if os.name != "posix":
        return
    import resource

    if os.geteuid() == 0:
        yield Finding(
            "user",
            Verdict.LOOK,
            "this runs as root; files it makes cannot be read by the server's own user",
            "run it as that user: sudo -u huizhen huizhen-server doctor",
        )
    most, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most < _FEW_FILES:
        yield Finding(
            "open files",
            Verdict.LOOK,
            f"at most {most}: that many clients and images at once",
            "LimitNOFILE=65536 in the service, or ulimit -n",
        )


def _certificate(settings: Settings, now: datetime) -> Findings:
    check = "certificate"
    generated = settings.tls_certificate is None
    if generated and not (settings.data_dir / "tls" / "server.pem").exists():
        yield fine(check, "none yet: the first start makes one")
        return
    try:
        identity = server_identity(settings)
        identity.context(settings.prefix)
        served = x509.load_pem_x509_certificates(identity.certificate.read_bytes())[0]
    except (SettingsError, OSError, ValueError) as error:
        yield Finding(check, Verdict.BAD, str(error), "give a PEM chain and its unencrypted key")
        return
    left = served.not_valid_after_utc - now
    until = f"good until {served.not_valid_after_utc:%Y-%m-%d}"
    if left <= timedelta(0) or served.not_valid_before_utc > now:
        yield Finding(check, Verdict.BAD, f"not valid today ({until})", "renew it; check the clock")
        return
    if left < _SOON:
        yield Finding(check, Verdict.LOOK, until, "renew it; clients refuse it after that day")
    wanted = urlsplit(settings.public_url or "").hostname
    if wanted and wanted not in _names_of(served):
        mend = f'HUIZHEN_TLS_NAMES=["{wanted}"]' if generated else "a certificate for that name"
        yield Finding(check, Verdict.BAD, f"it is not for {wanted} of HUIZHEN_PUBLIC_URL", mend)
        return
    yield fine(check, until)


def _names_of(served: x509.Certificate) -> set[str]:
    try:
        names = served.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return set()
    addresses = names.get_values_for_type(x509.IPAddress)
    return {*names.get_values_for_type(x509.DNSName), *map(str, addresses)}


def _address(settings: Settings) -> Findings:
    check = "address"
    inner = settings.host in {"127.0.0.1", "::1", "localhost"}
    if inner and (settings.public_url or settings.tls_names):
        yield Finding(
            check,
            Verdict.BAD,
            f"it listens on {settings.host}, which no other computer reaches",
            "HUIZHEN_HOST=0.0.0.0 (unless a proxy on this computer stands before it)",
        )
        return
    if inner:
        yield Finding(
            check,
            Verdict.LOOK,
            f"it listens on {settings.host}: only programs on this computer reach it",
            "HUIZHEN_HOST=0.0.0.0 and HUIZHEN_TLS_NAMES with the server's name",
        )
        return
    yield fine(check, f"{settings.host}, port {settings.port}")


def _database(settings: Settings, now: datetime) -> Generator[Finding, None, Overview | None]:
    check = "database"
    if not settings.database.startswith("sqlite") and settings.redis_url is None:
        yield Finding(
            "several processes",
            Verdict.LOOK,
            "PostgreSQL without Redis: exactly one server process may run",
            "HUIZHEN_REDIS_URL before a second one is started",
        )
    try:
        seen = asyncio.run(overview(settings.database))
    except StoreError as error:
        yield Finding(check, Verdict.BAD, str(error), "HUIZHEN_DATABASE_URL; is it running?")
        return None
    if seen is None:
        yield fine(check, "none yet: the first start makes it")
        return None
    yield _tables(seen)
    if seen.latest is not None and seen.latest > now + _SKEW:
        yield Finding(
            "clock",
            Verdict.BAD,
            f"it is before the newest entry of the database ({seen.latest:%Y-%m-%d %H:%M} UTC)",
            "set the clock, and keep it by NTP (systemctl status systemd-timesyncd)",
        )
    return seen


def _tables(seen: Overview) -> Finding:
    check = "database"
    if seen.damage:
        return Finding(check, Verdict.BAD, f"damaged: {seen.damage}", "restore the last backup")
    if not seen.known:
        return Finding(
            check,
            Verdict.BAD,
            f"tables of {seen.revision}, which are newer than this program ({seen.newest})",
            f"install the newer program, or with it: huizhen-server migrate --to {seen.newest}",
        )
    if seen.behind:
        return Finding(
            check,
            Verdict.LOOK,
            f"tables of {seen.revision}, this program has {seen.newest}",
            "the next start brings them up to date; take a backup before",
        )
    return fine(check, f"{seen.dialect}, tables of {seen.revision}")


def _images(settings: Settings, seen: Overview | None) -> Findings:
    check = "stored images"
    if seen is None and not settings.object_keys.exists():
        yield fine(check, "none yet")
        return
    if not settings.object_keys.exists():
        mend = "put it back from where its copy is kept (HUIZHEN_KEY_FILE)"
        yield Finding(check, Verdict.BAD, "the key file is not there", mend)
        return
    try:
        objects = open_objects(settings)
        sample = next(objects.stored(), None)
        if sample is not None and not opens_whole(objects, sample):
            yield Finding(
                check,
                Verdict.BAD,
                "one that was tried cannot be read",
                "is this the key file of these images? then: huizhen-server scrub",
            )
            return
    except (StoreError, SettingsError, OSError) as error:
        yield Finding(check, Verdict.BAD, str(error), "see the words before")
        return
    yield fine(check, "the keys fit" if sample else "keys are there, no images yet")


def _token(settings: Settings) -> Findings:
    if settings.key_module is None:
        return
    check, ring = "token", ring_of(settings)
    try:
        there = ring.has_kek()
        in_the_open = ring.exists and sum(one.kept_in is KeptIn.FILE for one in ring.words())
    except StoreError as error:
        yield Finding(check, Verdict.BAD, str(error), "see the words before")
        return
    if not there:
        mend = "huizhen-server keys make; or HUIZHEN_KEY_TOKEN and HUIZHEN_KEY_LABEL are others'"
        yield Finding(check, Verdict.BAD, "it has no key of this site", mend)
    elif in_the_open:
        yield Finding(
            check,
            Verdict.LOOK,
            f"it is configured, and {in_the_open} keys lie open in the key file",
            "huizhen-server keys move token, then huizhen-server keys rotate --forget-old",
        )
    else:
        yield fine(check, f"{settings.key_token} answers and has the key")


def _rows(settings: Settings, seen: Overview) -> Findings:
    if settings.seal_rows and not seen.rows_sealed:
        yield Finding(
            "encrypted rows",
            Verdict.LOOK,
            "not every row with patient data is encrypted yet",
            "the server does it after its start; huizhen-server keys seal does it at once",
        )


def _calls(settings: Settings) -> Findings:
    check = "calls"
    if settings.turn_urls and settings.turn_secret is None:
        yield Finding(
            check, Verdict.BAD, "relays without their secret", "HUIZHEN_TURN_SECRET as in coturn"
        )
    elif not settings.turn_urls and not settings.ice_servers:
        forced = settings.ice_transport_policy == "relay"
        yield Finding(
            check,
            Verdict.BAD if forced else Verdict.LOOK,
            "no relay: calls between two networks with firewalls do not come about",
            "set up coturn and HUIZHEN_TURN_URLS, HUIZHEN_TURN_SECRET",
        )
    else:
        yield fine(check, f"{len(settings.turn_urls)} relays")


def _counterparts(settings: Settings) -> Findings:
    """Whatever else is configured answers a connection; only that is tried."""
    for key, address, port in _named(settings):
        host = address.hostname or ""
        port = address.port or port
        try:
            with socket.create_connection((host, port), timeout=_CONNECT_S) as line:
                if address.scheme in {"https", "wss", "rediss"}:
                    _greeted(line, host)
        except ssl.SSLCertVerificationError:
            pass  # of the site's own CA, which each part knows by its own setting
        except OSError as error:
            why = error.strerror or type(error).__name__
            yield Finding(
                key, Verdict.BAD, f"{host}:{port} does not answer ({why})", f"{key}; firewall"
            )
            continue
        yield fine(key, f"{host}:{port} answers")


def _greeted(line: socket.socket, host: str) -> None:
    with ssl.create_default_context().wrap_socket(line, server_hostname=host):
        pass


def _named(settings: Settings) -> Iterator[tuple[str, Any, int]]:
    for name, usual in (
        ("redis_url", 6379),
        ("s3_endpoint", 443),
        ("pacs_url", 80),
        ("sms_url", 443),
        ("sfu_url", 443),
        ("timestamp_url", 80),
    ):
        value = getattr(settings, name)
        if value:
            secure = value.startswith(("https", "wss"))
            yield f"HUIZHEN_{name.upper()}", urlsplit(value), 443 if secure else usual
    if settings.smtp_host:
        yield "HUIZHEN_SMTP_HOST", urlsplit(f"smtp://{settings.smtp_host}"), settings.smtp_port
