"""The one door to Jinja."""

from protestmail import deferred

_UNUSED = ("jinja2.bccache", "jinja2.loaders")

with deferred.patterns(), deferred.modules(late=["random"], absent=_UNUSED):
    from jinja2 import StrictUndefined, TemplateError, nodes
    from jinja2.filters import FILTERS
    from jinja2.runtime import LoopContext
    from jinja2.sandbox import ImmutableSandboxedEnvironment

__all__ = [
    "FILTERS",
    "ImmutableSandboxedEnvironment",
    "LoopContext",
    "StrictUndefined",
    "TemplateError",
    "nodes",
]
