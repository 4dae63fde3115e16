"""Everything a person sees goes through here, and is cleaned here and nowhere else."""

from protestmail.screen.output import Screen, clean

__all__ = ["Screen", "clean"]
