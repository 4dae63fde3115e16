"""Answer urgent appeals: from a YAML file to letters in the post, sent by the user's own account."""

__version__ = "0.1.0"
