"""What the council's room keeps of whom: its part of the record of processing (protocol/processing.py)."""

from protocol.processing import table

TABLES = (
    table(
        "council.Council",
        "running",
        nothing="id name nation brand_colour contact_email postal_address online_name online_address "
        "quiet_from quiet_until quiet_days daily_at calendar_version bank_holidays",
    ),
    table(
        "council.Adoption",
        "running",
        nothing="id profile_key body in_force_from text digest recorded_at",
        acts="recorded_by",
    ),
    table("council.Post", "directory", nothing="id key title"),
    table(
        "council.Holding",
        "directory",
        nothing="id post body deputy_order since until",
        acts="person",
        outside="contact_name contact_email",
    ),
    table("council.ClosureDay", "running", nothing="id day name"),
    table(
        "council.Relationship",
        "directory",
        nothing="id declared_on ended_on",
        declared="person other kind",
    ),
    table(
        "council.Delegation", "directory", nothing="id may since until", acts="principal delegate"
    ),
    table(
        "council.Upload",
        "directory",
        nothing="id kind options at",
        acts="person",
        contact="name content",
    ),
)
