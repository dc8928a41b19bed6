"""What can go wrong on the wire.

NetError
├── Refused             the server answered with a Problem (its code says why)
├── Unreachable         no connection, or it broke; trying again later may help
│   └── TimedOut        the server did not answer in time
├── Untrusted           the certificate is not signed by the pinned CA
├── NotUnderstood       the answer is not what the protocol says
└── NotSignedIn         there is no session to speak with

Errors of httpx, ssl and websockets never leave this package.
"""

from protocol.errors import ErrorCode, Problem


class NetError(Exception):
    """Root of everything this package raises."""


class Refused(NetError):
    """`problem` says why, in the protocol's words."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code.value)
        self.problem = problem

    @property
    def code(self) -> ErrorCode:
        return self.problem.code


class Unreachable(NetError):
    """No connection."""


class TimedOut(Unreachable):
    """No answer in time."""


class Untrusted(NetError):
    """The server's certificate is not signed by the CA this profile pinned."""


class NotUnderstood(NetError):
    """The answer does not follow the protocol."""


class NotSignedIn(NetError):
    """No session, or it has ended."""
