"""The program's entry: whatever happens on the way, a sentence and an exit code, no traceback."""

import os
import sys
from typing import NoReturn

BROKEN_PIPE = 141
"""What a shell reports of a program that writes to a pipe nobody reads: 128 + SIGPIPE."""


def main() -> NoReturn:
    """Run the command line and leave with its exit code."""
    try:
        from protestmail.cli import run  # noqa: PLC0415  so that Ctrl-C while loading is caught

        code = run(sys.argv[1:])
        sys.stdout.flush()
    except KeyboardInterrupt:
        code = 130
    except BrokenPipeError:
        code = BROKEN_PIPE
    if code == BROKEN_PIPE:  # the interpreter would try to flush once more, and complain
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(code)


if __name__ == "__main__":
    main()
