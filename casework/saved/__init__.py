"""Saved views: a list with its filters under a name of one's own, a click away."""
