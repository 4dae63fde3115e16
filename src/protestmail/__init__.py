"""Answer urgent appeals: from a YAML file to letters sent by the user's own account."""

__version__ = "0.1.0"
