"""The `huizhen` subcommands: thin over services."""
