"""One appeal file: read strictly, judged by the schema and the facts, built into records."""
