"""A letter as a page for the post, or as a telephone call."""
