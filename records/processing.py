"""What this room keeps of whom: its part of the record of processing (protocol/processing.py)."""

from protocol.processing import Beside, table

TABLES = (
    table(
        "records.Hold",
        "protection",
        nothing="id about since look_again_on lifted_at",
        acts="by lifted_by",
        text="why lifted_why",
        proof="salt lifted_salt",
    ),
    table(
        "records.ErasureRequest",
        "protection",
        nothing="id received_on recorded_at closed_at outcome",
        acts="recorded_by closed_by",
        resident="name address phone email",
    ),
    table(
        "records.Erasure",
        "protection",
        nothing="id about reference extent because request at besides cleared_at",
        acts="by",
    ),
    table("records.Schedule", "protection", nothing="id kind outcome months"),
    table(
        "records.Review",
        "protection",
        nothing="id about due_on brought_at keep_until decided_at over",
        acts="decided_by",
        text="why",
        proof="salt",
    ),
)
BESIDE = (
    Beside(
        "The list of erasures that goes with the backups",
        "protection",
        "nothing",
        "For good: references and dates, nobody’s name.",
    ),
)
