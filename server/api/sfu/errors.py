"""What goes wrong with the SFU.

- SfuError
  - SfuAway      no line, or no answer in time: it is tried again
  - SfuRefused   it answered, and said no: hospital IT must look
"""


class SfuError(Exception):
    """The SFU did not do it; the text is for hospital IT."""


class SfuAway(SfuError):
    """It cannot be reached, or does not answer."""


class SfuRefused(SfuError):
    """It answered with an error; `code` is Janus's."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"{reason} ({code})")
        self.code = code
