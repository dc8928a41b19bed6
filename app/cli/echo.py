"""`huizhen echo HOST PORT`: whether an archive or a device answers (C-ECHO, PS3.4 A)."""

import argparse
import sys


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """HOST, PORT, --called, --calling."""
    add_node(parser)


def add_node(parser: argparse.ArgumentParser) -> None:
    """Where it is, and the two AE titles."""
    parser.add_argument("host", metavar="HOST", help="name or address of the archive")
    parser.add_argument("port", type=int, metavar="PORT", help="its DICOM port")
    parser.add_argument(
        "--called", default="ANY-SCP", metavar="AE", help="its AE title (default ANY-SCP)"
    )
    parser.add_argument(
        "--calling", default="HUIZHEN", metavar="AE", help="our AE title (default HUIZHEN)"
    )


def run(args: argparse.Namespace) -> int:
    """0 and one line when it answers; 1 and the reason on standard error when it does not."""
    from app.net.dimse.scu import Node, echo
    from app.net.errors import NetError

    try:
        echo(Node(args.host, args.port, args.called, args.calling))
    except NetError as error:
        print(f"huizhen echo: {reason(error)}", file=sys.stderr)
        return 1
    print(f"{args.called}@{args.host}:{args.port} answers")
    return 0


def reason(error: Exception) -> str:
    """A sentence for hospital IT."""
    from app.net.errors import (
        NotAdmitted,
        NotOffered,
        NotUnderstood,
        ServiceFailed,
        TimedOut,
        Unreachable,
    )

    match error:
        case TimedOut():
            return "it fell silent"
        case Unreachable():
            return "it cannot be reached: check address, port and firewall"
        case NotAdmitted():
            return "it refuses the association: check both AE titles and its list of nodes"
        case NotOffered():
            return "it does not offer this service"
        case ServiceFailed():
            return f"it could not do it (status {error})"
        case NotUnderstood():
            return "its answer makes no sense"
        case _:
            return type(error).__name__
