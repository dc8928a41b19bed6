"""Material and hands for `huizhen demo`."""
