"""How `huizhen-server audit` is called."""

import argparse
import base64
from datetime import date
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from server.cli_exports import add_days
from server.evidence import AuditOrder


def add_audit_commands(audit: argparse.ArgumentParser) -> None:
    """Adds them below `audit`."""
    what = audit.add_subparsers(dest="what", required=True)
    verify = what.add_parser("verify", help="read all of it; name what was changed or removed")
    verify.add_argument(
        "--head", type=Path, action="append", default=[], metavar="FILE", help="one that was kept"
    )
    verify.add_argument(
        "--timestamp-roots", type=Path, metavar="FILE", help="of who stamps heads (PEM)"
    )
    what.add_parser("head", help="the newest signed head, to be kept elsewhere")
    what.add_parser("prove", help="that an entry is in the tree").add_argument("entry", type=UUID)
    consistency = what.add_parser("consistency", help="that a kept head is its beginning")
    consistency.add_argument("head", type=Path, nargs=1, metavar="FILE", help="the kept head")
    case = what.add_parser("case", help="one case, its papers and entries as a signed file")
    case.add_argument("case", metavar="NUMBER", help="as people say it, CONS-YYYYMMDD-NNNN")
    case.add_argument("to", type=Path, metavar="FILE", help="a new ZIP; it holds patient data")
    case.add_argument("--images", action="store_true", help="its images too")
    export = what.add_parser("export", help="its entries, one a line, for who watches many systems")
    export.add_argument("to", type=Path, metavar="FILE", help="a new one")
    export.add_argument("--fhir", action="store_true", required=True, help="as R4 AuditEvent")
    add_days(export, "of entries")
    check = what.add_parser("check", help="a proof or a case file; needs no database")
    check.add_argument("proof", type=Path, metavar="FILE")
    check.add_argument(
        "--head", type=Path, action="append", default=[], metavar="FILE", help="one that was kept"
    )
    go_on = what.add_parser("go-on", help="after a loss: build on a tree that lacks a kept head")
    add_because(go_on, "stands in the trail")
    add_because(case, "and for whom; stands in it")
    for one in (verify, consistency, check):
        words = "of the site, as in a kept head"
        one.add_argument("--public-key", type=_public_key, metavar="BASE64", help=words)


def add_because(command: argparse.ArgumentParser, words: str) -> None:
    """Why something is done that the trail tells of."""
    command.add_argument("--because", required=True, type=_reason, metavar="TEXT", help=words)


def _reason(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError("say why, in words")
    return text.strip()


def _public_key(text: str) -> str:
    """An empty or cut one would accuse the trail, or be taken for none given."""
    try:
        Ed25519PublicKey.from_public_bytes(base64.b64decode(text, validate=True))
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            "give the whole public_key of a kept head: this is no key"
        ) from error
    return text


def order_of(arguments: argparse.Namespace) -> AuditOrder:
    """What was asked for."""
    return AuditOrder(
        arguments.what,
        getattr(arguments, "head", ()),
        getattr(arguments, "public_key", None),
        getattr(arguments, "entry", None),
        getattr(arguments, "proof", None),
        getattr(arguments, "because", ""),
        getattr(arguments, "case", ""),
        getattr(arguments, "to", None),
        getattr(arguments, "images", False),
        getattr(arguments, "since", date.min),
        getattr(arguments, "until", date.max),
        getattr(arguments, "timestamp_roots", None),
    )
