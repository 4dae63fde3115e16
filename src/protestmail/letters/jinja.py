"""The one door to Jinja."""

from protestmail import deferred

with deferred.patterns():
    from jinja2 import StrictUndefined, TemplateError, nodes
    from jinja2.filters import FILTERS
    from jinja2.sandbox import ImmutableSandboxedEnvironment

__all__ = ["FILTERS", "ImmutableSandboxedEnvironment", "StrictUndefined", "TemplateError", "nodes"]
