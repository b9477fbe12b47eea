"""The pages of this room: thin, each with its declared access."""
