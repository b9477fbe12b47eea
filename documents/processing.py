"""What the room of files keeps of whom: its part of the record of processing (protocol/processing.py)."""

from protocol.processing import Beside, table

TABLES = (
    table(
        "documents.Document",
        "casework",
        nothing="id key about kind size stored state scan scanned_at added_at since",
        acts="added_by",
        file="name sha256 flags",
        proof="salt",
    ),
)
BESIDE = (
    Beside(
        "The files themselves, in their folder",
        "casework",
        "file",
        "Until they are taken off, erased with their case, or were never sent (two days).",
    ),
)
