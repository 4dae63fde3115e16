"""Who sends, by whose server, with what secret."""
