"""Whether sound is sent twice: while packets are lost, where the line carries that."""

FROM_KBPS = 95
"""Where the line carries less, it is not."""
FROM_LOSS, UNTIL_LOSS = 0.015, 0.005


class Repeating:
    """Begins and ends at different losses, so that it does not swing."""

    def __init__(self) -> None:
        self.on = False

    def look(self, kbps: float, loss: float) -> None:
        """`kbps` may be sent, and `loss` of the packets (0 to 1) are lost."""
        if kbps < FROM_KBPS or loss < UNTIL_LOSS:
            self.on = False
        elif loss > FROM_LOSS:
            self.on = True
