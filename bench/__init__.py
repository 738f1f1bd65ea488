"""Measurements: what the project claims to do fast, beside its peers in the same run."""
