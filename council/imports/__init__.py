"""Directories from files: what every room's import shares.

text (bytes → text), table (text → lines of a CSV), cleaning (one value), doing (lines → what was done,
line by line, each by the room's own actions), views (choose, preview, confirm, sample).

A preview is the import itself in a transaction that is taken back, so that it says exactly what would
happen: which rule refuses which line, and why (docs/adr/0008).
"""
