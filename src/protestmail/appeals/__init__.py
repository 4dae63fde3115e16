"""Text in, an appeal or all its mistakes out; and the folders that appeals lie in."""
