"""Matchmaking: which actors answer a need, how well, and why."""
