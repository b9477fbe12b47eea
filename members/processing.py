"""What the directory of members keeps of whom: its part of the record of processing."""

from protocol.processing import table

TABLES = (
    table("members.Ward", "directory", nothing="id name ended_on"),
    table("members.PartyGroup", "directory", nothing="id name ended_on"),
    table(
        "members.Member",
        "directory",
        nothing="id external_id ended_on",
        acts="person",
        # A party is published; it is a political opinion all the same, which its holder made public (9(2)(e)).
        directory="group co_opted key_posts",
        contact="phone work_address home_address",
    ),
    table("members.Term", "directory", nothing="id", directory="member starts_on ends_on"),
    table("members.Seat", "directory", nothing="id", directory="member ward since until"),
    table(
        "members.Leadership", "directory", nothing="id", directory="group member role since until"
    ),
    table("members.Committee", "directory", nothing="id name kind ended_on"),
    table(
        "members.CommitteeSeat",
        "directory",
        nothing="id",
        directory="committee member role since until",
    ),
    table("members.Portfolio", "directory", nothing="id", directory="name member since until"),
)
