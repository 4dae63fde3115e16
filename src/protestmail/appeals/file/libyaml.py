"""The one door to PyYAML."""

from protestmail import deferred

with deferred.patterns():
    import yaml

__all__ = ["yaml"]
