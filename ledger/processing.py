"""What the ledger keeps of whom: its part of the record of processing (protocol/processing.py)."""

from protocol.processing import Beside, table

TABLES = (
    table("ledger.Stream", "record", nothing="id key head length updated_at"),
    table(
        "ledger.Event",
        "record",
        nothing="id stream seq at verb subject previous digest",
        acts="actor acting_for data",
        proof="commitments",
    ),
    table("ledger.Seal", "record", nothing="id at heads_count events_count heads previous digest"),
    table(
        "ledger.Notice",
        "record",
        nothing="id event channel created_at message_id next_attempt_at attempts claimed_by claimed_until "
        "sent_at dropped_at dropped_because held_for held_until last_error",
        acts="recipient",
    ),
    table(
        "ledger.Bounded",
        "record",
        nothing="id about since recorded more",
        acts="subject actor",
    ),
    table("ledger.Sending", "running", nothing="id request led_to at", locked="key"),
    table("ledger.Run", "running", nothing="id name ended_at failed_at error"),
)
BESIDE = (
    Beside(
        "Mails, on the mail server or in a folder of the embedded stack",
        "record",
        "contact",
        "On the server as the council set it. They name a case by its reference, and quote nothing of it.",
    ),
    Beside(
        "Exported heads and events of the ledger",
        "record",
        "acts",
        "Where the council put them, for good: numbers and proofs, no text.",
    ),
    Beside(
        "Logs of the server",
        "running",
        "nothing",
        "As the council set it. They have times, paths and codes, and neither a text nor what was looked for.",
    ),
    Beside(
        "Backups of the database and of the files",
        "running",
        "text",
        "As the council set it. What was erased is erased again when one is restored (manage.py erasures).",
    ),
)
