"""What the directory of officers keeps of whom: its part of the record of processing."""

from protocol.processing import table

TABLES = (
    table(
        "officers.Service",
        "directory",
        nothing="id name ended_on carried_on_by",
        acts="head chief_officer",
    ),
    table(
        "officers.ServiceChange",
        "directory",
        nothing="id service kind on at into former_name",
        acts="by",
        text="reason",
        proof="salt",
    ),
    table(
        "officers.Officer",
        "directory",
        nothing="id ended_on",
        acts="person",
        directory="service job_title level manager",
    ),
    table("officers.Absence", "directory", nothing="id", absence="officer since until cover"),
)
