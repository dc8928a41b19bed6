"""`huizhen import-codes`: a hospital's own table of diagnoses."""

import argparse
import sys
from pathlib import Path

from app.models.diagnosis import written_lines
from app.models.diagnosis_import import NotATable, read_table
from app.store.files import write_atomically
from app.store.profile import CODE_TABLE, profile_folder

EXIT_NOT_A_TABLE = 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file",
        type=Path,
        help="CSV (, or ;) or tab-separated, UTF-8, UTF-16 or GB 18030, with columns 编码/code and "
        "名称/name",
    )


def run(options: argparse.Namespace) -> int:
    try:
        table = read_table(options.file.read_bytes())
    except OSError as error:
        print(f"{options.file.name}: {error.strerror}", file=sys.stderr)
        return EXIT_NOT_A_TABLE
    except NotATable:
        print(
            f"{options.file.name}: one of the first lines must name a column of codes (编码 or "
            "code) and one of names (名称 or name). Save the table as CSV and try again.",
            file=sys.stderr,
        )
        return EXIT_NOT_A_TABLE
    if not table.diagnoses:
        print(f"{options.file.name}: no line has an ICD-10 code and a name", file=sys.stderr)
        return EXIT_NOT_A_TABLE
    for line, cell in table.left_out[:20]:
        print(f"line {line} is left out: {cell or 'nothing'} is no ICD-10 code", file=sys.stderr)
    if len(table.left_out) > 20:
        print(f"and {len(table.left_out) - 20} more lines", file=sys.stderr)
    target = profile_folder(options.profile) / CODE_TABLE
    write_atomically(target, "\n".join(written_lines(table.diagnoses)).encode() + b"\n")
    print(f"{len(table.diagnoses)} diagnoses; the program knows them from its next start")
    return 0
