"""Through the door, and the second step."""
