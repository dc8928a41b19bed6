"""The commands that write something out for others: arguments in, an order out."""

import argparse
from datetime import date
from pathlib import Path

from server.exports import ExportOrder


def add_export_commands(export: argparse.ArgumentParser) -> None:
    """`export case` and `export cases`."""
    what = export.add_subparsers(dest="what", required=True)
    one = what.add_parser("case", help="one case as a transaction Bundle")
    one.add_argument("number", help="as people say it, CONS-YYYYMMDD-NNNN")
    one.add_argument("to", type=Path, metavar="FILE", help="a new one; it holds patient data")
    many = what.add_parser("cases", help="many as NDJSON for bulk data, one file a type")
    many.add_argument("to", type=Path, metavar="FOLDER", help="a new one; it holds patient data")
    add_days(many, "of cases that were sent")
    for command in (one, many):
        command.add_argument(
            "--deidentify",
            action="store_true",
            help="without names, numbers, dates, signed files, consents; look at the texts before "
            "you hand them on",
        )


def add_days(command: argparse.ArgumentParser, what: str) -> None:
    command.add_argument(
        "--from",
        type=_day,
        dest="since",
        default=date.min,
        metavar="YYYY-MM-DD",
        help=f"first day {what}",
    )
    command.add_argument(
        "--until",
        type=_day,
        default=date.max,
        metavar="YYYY-MM-DD",
        help="last day",
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError("give a day as 2026-11-21") from error


def export_order(arguments: argparse.Namespace) -> ExportOrder:
    return ExportOrder(
        arguments.to,
        getattr(arguments, "number", ""),
        getattr(arguments, "since", date.min),
        getattr(arguments, "until", date.max),
        arguments.deidentify,
    )
