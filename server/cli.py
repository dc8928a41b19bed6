"""The commands of `huizhen-server`: arguments in, one program of the composition out."""

import argparse
import json
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from pydantic import ValidationError

from protocol.account import ExpertTitle, InstitutionKind, NewAccount, NewInstitution, Role
from server.audit_command import add_audit_commands, add_because, order_of
from server.backups import BackupOrder, RestoreOrder
from server.cli_exports import add_export_commands, export_order
from server.doctor_finding import Finding, Verdict
from server.domain.errors import Refusal
from server.edge.refused_command import ACTIONS, RefusedAction
from server.edge.settings import EdgeSettings, load_edge_settings
from server.evidence import AuditOrder
from server.exports import ExportOrder
from server.key_command import KeyOrder, add_key_commands, key_order
from server.setting_values import SettingsError
from server.settings import Settings, load_settings
from server.store.errors import EntriesUnsealed, StoreError
from server.store.log_replay import EVERYTHING
from server.store.progress import Tell


class Programs(Protocol):
    """What the commands run; the composition implements it."""

    def serve(self, settings: Settings, tell: Callable[[dict[str, str]], None]) -> None: ...

    def edge(self, settings: EdgeSettings, tell: Callable[[dict[str, str]], None]) -> None: ...

    def edge_refused(
        self,
        settings: EdgeSettings,
        action: RefusedAction,
        numbers: Sequence[int],
        folder: Path | None,
    ) -> list[dict[str, Any]]: ...

    def migrate(self, settings: Settings, revision: str) -> None: ...

    def openapi(self) -> dict[str, Any]: ...

    def add_user(
        self, settings: Settings, account: NewAccount, institution_code: str | None
    ) -> str: ...

    def list_users(self, settings: Settings) -> list[dict[str, Any]]: ...

    def reset_user(self, settings: Settings, username: str) -> str: ...

    def reset_second_factor(self, settings: Settings, username: str) -> None: ...

    def disable_user(self, settings: Settings, username: str) -> None: ...

    def add_institution(self, settings: Settings, institution: NewInstitution) -> str: ...

    def add_agreement(self, settings: Settings, clinic: str, hospital: str) -> str: ...

    def take_from_pacs(
        self, settings: Settings, study_uid: str, username: str, case_id: UUID | None
    ) -> dict[str, Any]: ...

    def keys(self, settings: Settings, order: KeyOrder, tell: Tell) -> int: ...

    def backup(self, settings: Settings, order: BackupOrder, tell: Tell) -> bool: ...

    def restore(self, settings: Settings, order: RestoreOrder, tell: Tell) -> bool: ...

    def begin_anew(self, settings: Settings, because: str) -> None: ...

    def scrub(self, settings: Settings, folder: Path | None, tell: Tell) -> bool: ...

    def doctor(self, settings: Settings) -> Iterator[Finding]: ...

    def audit(self, settings: Settings, order: AuditOrder, tell: Tell) -> bool: ...

    def export(self, settings: Settings, order: ExportOrder, tell: Tell) -> None: ...


_BACK = """or back to the tables of an older program, which says them (doctor), while no server
runs; what only the newer one keeps is lost: take a backup before"""
_UID = re.compile(r"^[0-9.]{1,64}$")


UNSEALED = 3
"""The exit status of `audit verify` where nothing is wrong, and entries are there that nobody has
signed for."""


class Usage(Exception):
    """A command cannot be used as given."""


def _say(body: object) -> None:
    print(json.dumps(body, ensure_ascii=False), flush=True)


def parser() -> argparse.ArgumentParser:
    """Every command with its options."""
    root = argparse.ArgumentParser(
        prog="huizhen-server",
        description="The coordination server of Huizhen. Settings are HUIZHEN_* variables or TOML.",
    )
    root.add_argument("--config", type=Path, help="TOML file with the settings (HUIZHEN_CONFIG)")
    commands = root.add_subparsers(dest="command", required=True)
    commands.add_parser("serve", help="serve until SIGTERM; prints one JSON line when ready")
    commands.add_parser(
        "edge", help="serve as a county's edge before another server (HUIZHEN_EDGE_* settings)"
    )
    _add_refused_command(
        commands.add_parser("edge-refused", help="images of an edge that the centre does not take")
    )
    migrate = commands.add_parser("migrate", help="bring the database up to date")
    migrate.add_argument("--to", metavar="REVISION", default="head", help=_BACK)
    doctor = commands.add_parser("doctor", help="look for the likeliest mistakes of a new server")
    doctor.add_argument("--json", action="store_true", help="one JSON object a line")
    commands.add_parser("openapi", help="print the OpenAPI document")
    _add_user_commands(commands.add_parser("user", help="accounts"))
    institution = commands.add_parser("institution", help="institutions")
    add = institution.add_subparsers(dest="what", required=True).add_parser("add")
    add.add_argument("code")
    add.add_argument("--name", required=True)
    add.add_argument("--kind", choices=[kind.value for kind in InstitutionKind], required=True)
    add_key_commands(commands.add_parser("keys", help="the keys stored images are encrypted with"))
    _add_backup_commands(commands)
    add_audit_commands(commands.add_parser("audit", help="the audit trail as evidence"))
    add_export_commands(commands.add_parser("export", help="cases as FHIR R4, for others"))
    _add_pacs_command(commands.add_parser("pacs", help="the hospital's archive"))
    agreement = commands.add_parser("agreement", help="which clinic may consult which hospital")
    add = agreement.add_subparsers(dest="what", required=True).add_parser("add")
    add.add_argument("--clinic", required=True, help="institution code")
    add.add_argument("--hospital", required=True, help="institution code")
    return root


def _add_backup_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    backup = commands.add_parser("backup", help="copies of everything, while the server runs")
    what = backup.add_subparsers(dest="what", required=True)
    folder = "of the backups; give the same one each time: what is there is not copied again"
    take = what.add_parser("take", help="one more; prints a JSON line a second")
    take.add_argument("--keep", type=_count, metavar="N", help="remove all but the newest N")
    take.add_argument("--read-all", action="store_true", help="read and mend what is there, too")
    listing = what.add_parser("list", help="which there are")
    check = what.add_parser("check", help="read all that one needs")
    restore = commands.add_parser("restore", help="make a backup the site, in an empty data folder")
    for one in (take, listing, check, restore):
        one.add_argument("folder", type=Path, metavar="FOLDER", help=folder)
    for one in (check, restore):
        one.add_argument(
            "--backup", metavar="NAME", help="of `backup list`; the newest if left out"
        )
    restore.add_argument(
        "--until",
        type=_moment,
        metavar="TIME",
        help="a moment after it (2026-11-21T14:05, this computer's zone), or `now`; SQLite",
    )
    anew = commands.add_parser(
        "begin-anew", help="after PostgreSQL was put back by other means, before the first start"
    )
    add_because(anew, "for the audit trail")
    scrub = commands.add_parser("scrub", help="read every stored object and say what is damaged")
    scrub.add_argument("--mend-from", type=Path, metavar="FOLDER", help="backups to take it from")


def _count(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError("give a number from 1 on")
    return int(text)


def _moment(text: str) -> datetime:
    try:
        return EVERYTHING if text == "now" else datetime.fromisoformat(text).astimezone(UTC)
    except ValueError as error:
        raise argparse.ArgumentTypeError("give a time as 2026-11-21T14:05:30, or now") from error


def _add_refused_command(refused: argparse.ArgumentParser) -> None:
    refused.add_argument("action", choices=ACTIONS)
    refused.add_argument("numbers", nargs="*", type=int, metavar="NUMBER", help="of the list")
    refused.add_argument("--all", action="store_true", help="instead of numbers")
    refused.add_argument("--to", type=Path, metavar="FOLDER", help="where copies are written")


def _add_pacs_command(pacs: argparse.ArgumentParser) -> None:
    take = pacs.add_subparsers(dest="what", required=True).add_parser(
        "take", help="make a study that lies there known here; its images stay there"
    )
    take.add_argument("study", help="Study Instance UID")
    take.add_argument("--user", required=True, help="the requester whose study it shall be")
    take.add_argument("--case", type=UUID, help="id of this person's draft to attach it to")


def _add_user_commands(user: argparse.ArgumentParser) -> None:
    commands = user.add_subparsers(dest="what", required=True)
    commands.add_parser("list", help="every account, one JSON line each")
    for name, text in (
        ("reset", "a temporary password"),
        ("reset-second-factor", "it has to be set up anew"),
        ("disable", "ends its sessions"),
    ):
        commands.add_parser(name, help=text).add_argument("username")
    add = commands.add_parser("add", help="a new account")
    add.add_argument("username")
    add.add_argument("--name", required=True, help="display name")
    add.add_argument(
        "--role", action="append", required=True, choices=[role.value for role in Role]
    )
    add.add_argument("--institution", help="institution code")
    add.add_argument("--title", choices=[title.value for title in ExpertTitle])
    add.add_argument("--department", action="append", default=[])
    add.add_argument("--years", type=int, default=0)
    add.add_argument("--icd10", default="", help="prefixes, separated by commas")
    add.add_argument("--licence", default="", help="number of the licence to practise")
    add.add_argument("--must-change", action="store_true", help="at the first sign-in")
    password = add.add_mutually_exclusive_group(required=True)
    password.add_argument("--password-stdin", action="store_true")
    password.add_argument("--password-file", type=Path)


def run(argv: Sequence[str], programs: Programs) -> int:
    """Runs one command; answers the exit status."""
    arguments = parser().parse_args(argv)
    try:
        if arguments.command == "openapi":
            _say(programs.openapi())
            return 0
        if arguments.command == "edge":
            programs.edge(load_edge_settings(arguments.config), _say)
            return 0
        if arguments.command == "edge-refused":
            _run_refused(arguments, programs)
            return 0
        _run(arguments, programs, load_settings(arguments.config))
    except EntriesUnsealed as error:
        print(f"huizhen-server: {error}", file=sys.stderr)
        return UNSEALED
    except (SettingsError, StoreError, Refusal, Usage) as error:
        print(f"huizhen-server: {error}", file=sys.stderr)
        for field in error.details.fields if isinstance(error, Refusal) else ():
            print(f"huizhen-server: {'.'.join(field.location)}: {field.reason}", file=sys.stderr)
        return 2
    except ValidationError as error:
        for one in error.errors(include_input=False, include_url=False):
            place = ".".join(str(part) for part in one["loc"])
            print(f"huizhen-server: {place}: {one['msg']}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return 0


def _run_refused(arguments: argparse.Namespace, programs: Programs) -> None:
    action, numbers = arguments.action, arguments.numbers
    if action != "list" and bool(numbers) == arguments.all:
        raise Usage(f"{action}: give the numbers of the list, or --all")
    if action == "copy" and arguments.to is None:
        raise Usage("copy: give --to and a folder; the files hold patient data")
    settings = load_edge_settings(arguments.config)
    for row in programs.edge_refused(settings, action, numbers, arguments.to):
        _say(row)


def _run(arguments: argparse.Namespace, programs: Programs, settings: Settings) -> None:
    match arguments.command, getattr(arguments, "what", None):
        case "serve", _:
            programs.serve(settings, _say)
        case "migrate", _:
            programs.migrate(settings, arguments.to)
        case "doctor", _:
            _run_doctor(programs.doctor(settings), as_json=arguments.json)
        case "user", _:
            _run_user(arguments, programs, settings)
        case "institution", "add":
            body = NewInstitution(
                code=arguments.code, name=arguments.name, kind=InstitutionKind(arguments.kind)
            )
            _say({"id": programs.add_institution(settings, body)})
        case "agreement", "add":
            _say({"id": programs.add_agreement(settings, arguments.clinic, arguments.hospital)})
        case "pacs", _:
            if not _UID.match(arguments.study):
                raise Usage("study: give a Study Instance UID, digits and points")
            _say(programs.take_from_pacs(settings, arguments.study, arguments.user, arguments.case))
        case "keys", _:
            if failed := programs.keys(settings, key_order(arguments), _say):
                raise Usage(f"{failed} images could not be changed; they stay as they were")
        case "audit", _:
            _run_audit(arguments, programs, settings)
        case "export", _:
            programs.export(settings, export_order(arguments), _say)
        case "begin-anew", _:
            programs.begin_anew(settings, arguments.because)
        case "backup" | "restore" | "scrub", _:
            _run_backups(arguments, programs, settings)
        case _:
            raise Usage("unknown command")


def _run_user(arguments: argparse.Namespace, programs: Programs, settings: Settings) -> None:
    match arguments.what:
        case "add":
            account = _account(arguments)
            _say({"id": programs.add_user(settings, account, arguments.institution)})
        case "list":
            for row in programs.list_users(settings):
                _say(row)
        case "reset":
            _say({"temporary_password": programs.reset_user(settings, arguments.username)})
        case "reset-second-factor":
            programs.reset_second_factor(settings, arguments.username)
        case "disable":
            programs.disable_user(settings, arguments.username)


def _run_audit(arguments: argparse.Namespace, programs: Programs, settings: Settings) -> None:
    if not programs.audit(settings, order_of(arguments), _say):
        raise Usage("this is not what was written and signed: see the lines above")


def _run_backups(arguments: argparse.Namespace, programs: Programs, settings: Settings) -> None:
    """Raises `Usage` where something could not be had, after all else was done."""
    if arguments.command == "backup":
        what = BackupOrder(
            arguments.what,
            arguments.folder,
            getattr(arguments, "backup", None),
            getattr(arguments, "keep", None),
            getattr(arguments, "read_all", False),
        )
        whole = programs.backup(settings, what, _say)
    elif arguments.command == "restore":
        order = RestoreOrder(arguments.folder, arguments.backup, arguments.until)
        whole = programs.restore(settings, order, _say)
    else:
        whole = programs.scrub(settings, arguments.mend_from, _say)
    if not whole:
        raise Usage("not everything is there: the lines above name what is missing or damaged")


def _run_doctor(findings: Iterator[Finding], *, as_json: bool) -> None:
    """Raises `Usage` when anything is bad, after all was shown."""
    bad = 0
    for one in findings:
        bad += one.verdict is Verdict.BAD
        if as_json:
            _say(one.shown())
            continue
        print(f"{one.verdict:<5} {one.check}: {one.found}", flush=True)
        if one.mend:
            print(f"      → {one.mend}", flush=True)
    if bad:
        raise Usage(f"{bad} of these must be mended before anybody can work")


def _password(arguments: argparse.Namespace) -> str:
    if arguments.password_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    try:
        text: str = arguments.password_file.read_text(encoding="utf-8")
    except OSError as error:
        raise Usage(f"--password-file cannot be read: {error.strerror}") from error
    return text.rstrip("\r\n")


def _account(arguments: argparse.Namespace) -> NewAccount:
    body: dict[str, Any] = {
        "username": arguments.username,
        "display_name": arguments.name,
        "password": _password(arguments),
        "roles": arguments.role,
        "must_change_password": arguments.must_change,
    }
    if arguments.title is not None:
        departments = [part for text in arguments.department for part in text.split(",") if part]
        body["expert"] = {
            "title": arguments.title,
            "departments": departments,
            "icd10_prefixes": [part for part in arguments.icd10.split(",") if part],
            "years": arguments.years,
            "licence_number": arguments.licence,
        }
    return NewAccount.model_validate_json(json.dumps(body))
