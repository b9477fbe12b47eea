"""The pages of this room: members, what they hold, wards, groups and committees, and the import."""
