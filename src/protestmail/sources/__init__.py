"""What a writer follows: the signed folders of campaigns, and what these have stopped."""
