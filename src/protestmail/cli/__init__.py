"""The command line: one file a command, loaded when it is called; ``main`` runs them."""

from protestmail import deferred

with deferred.modules(late=("linecache", "tokenize"), absent=["uuid"]):
    import click  # noqa: F401  the first import, so that what it takes along is put off
