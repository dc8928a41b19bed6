"""Child processes: how each is started, spoken to and ended (no Qt)."""
