"""The program's entry: whatever happens on the way, a sentence and an exit code, no traceback."""

import gc
import os
import sys
from typing import NoReturn

BROKEN_PIPE = 141
"""What a shell reports of a program that writes to a pipe nobody reads: 128 + SIGPIPE."""


def main() -> NoReturn:
    """Run the command line and leave with its exit code.

    The two measures for speed are worth 16 of some 85 ms of a ``protestmail list``: garbage is
    collected seldom, and the interpreter is left at once, with nothing open and all written,
    instead of taking every module apart first.
    """
    gc.set_threshold(50_000, 20, 20)
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:  # closed by whoever started the program
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115, PTH123
    try:
        from protestmail.cli.main import run  # noqa: PLC0415  so that Ctrl-C while loading is caught

        code = run(sys.argv[1:])
    except KeyboardInterrupt:
        code = 130
    except BrokenPipeError:
        code = BROKEN_PIPE
    try:
        sys.stderr.flush()
    except OSError:
        code = code or BROKEN_PIPE
    os._exit(code)


if __name__ == "__main__":
    main()
