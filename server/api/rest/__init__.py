"""REST routes, one file a feature; each parses, calls a service and answers."""
