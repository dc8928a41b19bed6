"""Theme tokens and shared widgets; no feature knowledge."""
