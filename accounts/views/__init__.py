"""The pages of this room: through the door, one's own account, and the people."""
