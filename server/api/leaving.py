"""Whether this process is about to stop: it still answers, and takes nobody new."""


class Leaving:
    """Set once, when it is asked to stop."""

    def __init__(self) -> None:
        self.begun = False
