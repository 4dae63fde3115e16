"""The act of sending: written, agreed to, carried out, each letter at most once."""
