"""What check finds by writing the letters: mistakes, and what is only doubtful."""
