"""Everything a person sees goes through here, and is cleaned in output and nowhere else."""
