"""What was tried, accepted, refused, in doubt or noted by hand, on the user's own disk."""
