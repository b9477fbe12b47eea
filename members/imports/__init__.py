"""Reading councillors from a file: what it says (reading), what it would change (plan).

Nothing here writes. `members.actions.import_members` does.
"""
