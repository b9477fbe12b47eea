"""What accounts keeps of whom, with the libraries that it brings: its part of the record of processing."""

from protocol.processing import Beside, table

TABLES = (
    table(
        "accounts.Person",
        "signing_in",
        nothing="id is_active access_round version",
        directory="name sort_name",
        contact="email",
        acts="invited_by",
        habits="last_login mailed created_at invited_at acted_as",
        locked="password",
    ),
    table(
        "accounts.AddressChange",
        "signing_in",
        nothing="id asked_at needs_keeper ends_at settled_at outcome",
        acts="person asked_by settled_by",
        contact="old new",
    ),
    table(
        "accounts.Draft",
        "casework",
        nothing="id key path about capacity begun_at saved_at version mark",
        acts="person",
        text="sealed",
    ),
    table("accounts.Attempt", "signing_in", nothing="id at", locked="key"),
    # django-allauth's. Its own addresses are not used: both tables stay empty.
    table(
        "account.EmailAddress",
        "signing_in",
        nothing="id verified primary",
        acts="user",
        contact="email",
    ),
    table(
        "account.EmailConfirmation",
        "signing_in",
        nothing="id email_address created sent",
        locked="key",
    ),
    table(
        "mfa.Authenticator",
        "signing_in",
        nothing="id type",
        acts="user",
        habits="created_at last_used_at",
        locked="data",
    ),
    table(
        "usersessions.UserSession",
        "signing_in",
        nothing="id",
        acts="user",
        habits="created_at ip last_seen_at user_agent data",
        locked="session_key",
    ),
    # The account of the council's provider that somebody connected; nothing else of it is stored (ADR 22).
    table(
        "socialaccount.SocialAccount",
        "signing_in",
        nothing="id provider extra_data",
        acts="user",
        directory="uid",
        habits="last_login date_joined",
    ),
    table(
        "socialaccount.SocialApp",
        "running",
        nothing="id provider provider_id name client_id settings",
        locked="secret key",
    ),
    table(
        "socialaccount.SocialToken",
        "signing_in",
        nothing="id app account expires_at",
        locked="token token_secret",
    ),
    # Django's. Its own groups and permissions are not used: both tables say nothing of anybody.
    table("contenttypes.ContentType", "running", nothing="id app_label model"),
    table("auth.Permission", "running", nothing="id name content_type codename"),
    table("auth.Group", "running", nothing="id name"),
    table("auth.Group_permissions", "running", nothing="id group permission"),
    table(
        "sessions.Session",
        "signing_in",
        nothing="expire_date",
        locked="session_key session_data",
    ),
)
BESIDE = (
    Beside("Which migrations were made", "running", "nothing", "For good.", "django_migrations"),
    Beside(
        "The counters of an engine",
        "running",
        "nothing",
        "For good.",
        r"sqlite_sequence|sqlite_stat\d",
    ),
)
