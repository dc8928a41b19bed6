"""Which pictures hang where: the facts that decide, the protocols, and how one is chosen."""
