"""The only writers of this room. `by` is the person who does it, or None for a command."""
