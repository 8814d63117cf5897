"""One module a command: `add_parser(subparsers)` and `run(arguments) -> exit code`."""
