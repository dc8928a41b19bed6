"""`huizhen query HOST PORT`: studies of an archive (C-FIND, PS3.4 C), one JSON object a line."""

import argparse
import json
import sys
from dataclasses import asdict

from app.cli.echo import add_node, reason


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The node, --name, --id, --accession, --from, --to, --modality, --charset."""
    add_node(parser)
    parser.add_argument("--name", default="", help="any part of the patient's name")
    parser.add_argument("--id", default="", help="patient ID")
    parser.add_argument("--accession", default="", help="accession number")
    parser.add_argument("--from", dest="first", default="", metavar="YYYYMMDD", help="first day")
    parser.add_argument("--to", dest="last", default="", metavar="YYYYMMDD", help="last day")
    parser.add_argument("--modality", default="", help="as CT, MR, US")
    parser.add_argument(
        "--charset",
        default="ISO_IR 192",
        metavar="NAME",
        help="character set of the question: ISO_IR 192 (default), GB18030, GBK, ISO 2022 IR 58",
    )


def run(args: argparse.Namespace) -> int:
    """Prints what was found; 1 and the reason on standard error when it cannot be asked."""
    import threading

    from app.imaging.attributes import text
    from app.net.dimse.scu import Node, find
    from app.net.errors import NetError
    from app.net.studies import StudyQuery

    node = Node(args.host, args.port, args.called, args.calling, args.charset)
    query = StudyQuery(
        args.name, args.id, args.accession, args.first, args.last, args.modality.upper()
    )
    try:
        found = find(node, query, threading.Event(), text)
    except NetError as error:
        print(f"huizhen query: {reason(error)}", file=sys.stderr)
        return 1
    for study in found.studies:
        print(json.dumps(asdict(study), ensure_ascii=False))
    if found.limited:
        print("huizhen query: there are more; narrow the search", file=sys.stderr)
    if found.unread:
        print(f"huizhen query: {found.unread} answers named no study", file=sys.stderr)
    return 0
