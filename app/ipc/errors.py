"""What can go wrong between the program and its child processes.

IpcError
├── ChildStartError        the operating system could not start the child
├── ChildNotRunningError   a command was sent to a child that is not there
└── MalformedMessageError  a line was no message of the agreed kind
"""


class IpcError(Exception):
    """The root of the tree."""


class ChildStartError(IpcError):
    """The child program could not be started."""


class ChildNotRunningError(IpcError):
    """The child has not been started or has ended: start it again, then send."""


class MalformedMessageError(IpcError):
    """A received line was no message of the agreed kind; its content is not repeated here."""
