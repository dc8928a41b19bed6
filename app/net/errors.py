"""What can go wrong on the wire.

NetError
├── Refused             the server answered with a Problem (its code says why)
├── Unreachable         no connection, or it broke; trying again later may help
│   └── TimedOut        the server did not answer in time
├── Untrusted           the certificate is not signed by the pinned CA
├── DeviceRefused       the server does not take this computer's certificate
├── NotUnderstood       the answer is not what the protocol says
├── NotSignedIn         there is no session to speak with
├── NotAdmitted         a DICOM node does not know this AE title or address
├── NotOffered          a DICOM node does not offer this service
├── ServiceFailed       a DICOM service ended with a failure status
├── FhirRefused         a FHIR server answered with an error status, or an OperationOutcome
├── TwoPatients         one answer about one patient names another
├── CertificateUnusable a file with a certificate of this computer's cannot be used
└── PortTaken           this computer cannot listen there

Errors of httpx, ssl, websockets and pynetdicom never leave this package.
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


class DeviceRefused(NetError):
    """The server does not take this computer's certificate: another's, out of date, or revoked."""


class NotUnderstood(NetError):
    """The answer does not follow the protocol."""


class AnswerTooLarge(NotUnderstood):
    """More bytes than are taken at once; less of it may be asked for."""


class NotSignedIn(NetError):
    """No session, or it has ended. Of a hospital's server: its `status`, 403 where it knows who
    asks and lets them do no such thing, and what it `said` for the person at the screen."""

    def __init__(self, why: str = "", *, status: int = 401, said: str = "") -> None:
        super().__init__(why)
        self.status = status
        self.said = said


class NotAdmitted(NetError):
    """The archive or device refuses the association: it does not know this AE title or address."""


class NotOffered(NetError):
    """The archive does not offer this service (no presentation context accepted)."""


class ServiceFailed(NetError):
    """A DICOM service ended with a failure status (PS3.7 annex C); no patient data in it."""

    def __init__(self, status: int) -> None:
        super().__init__(f"0x{status:04X}")
        self.status = status


class FhirRefused(NetError):
    """`said` is what its OperationOutcome tells, for the person at the screen and never for a log;
    `retry_after_s` is when it wants to be asked again, where it says so."""

    def __init__(self, status: int, said: str = "", retry_after_s: float | None = None) -> None:
        super().__init__(str(status))
        self.status = status
        self.said = said
        self.retry_after_s = retry_after_s


class TwoPatients(NetError):
    """The record of one patient was asked for, and something of another came: nothing of it is
    used."""


class CertificateUnusable(NetError):
    """The file cannot be read, is no PEM, lacks the key or has it under a passphrase."""


class PortTaken(NetError):
    """This computer cannot listen on that port or address."""
