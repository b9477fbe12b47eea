"""The settings. They come from the environment; docs/operations.md describes each.

With nothing set, the product runs embedded: SQLite, a broker in a folder, mail in a folder.
"""

import os
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF

from protocol_site.environment import (
    OIDC_NAMES,
    OIDC_NEEDED,
    Environment,
    broker_address,
    database_settings,
    issuer_address,
    mail_settings,
    scanner_address,
    secret_kept_in,
)
from protocol_site.private import make_private

env = Environment()

BASE_DIR = Path(__file__).resolve().parent.parent
# Everything that the product writes outside its database: not committed, kept between releases.
VAR = Path(env.text("EVENHAND_VAR", str(BASE_DIR / "var"))).resolve()
try:
    make_private(VAR, ours_outright=VAR == BASE_DIR / "var")
except OSError as error:
    env.fault(
        "EVENHAND_VAR",
        f"names {VAR}, which cannot be used ({error.strerror})",
        "Set it to a folder that Evenhand may write to",
    )
else:
    if not os.access(VAR, os.W_OK | os.X_OK):
        env.fault(
            "EVENHAND_VAR",
            f"names {VAR}, in which Evenhand may not write",
            "Set it to a folder of the person who starts Evenhand",
        )
# Without it nothing that follows can be made.
env.insist()

PRODUCTION = env.text("EVENHAND_ENV", "development") == "production"
if env.text("EVENHAND_ENV", "development") not in {"development", "production"}:
    env.fault("EVENHAND_ENV", "is neither development nor production", "Set it to one of the two")
DEMO = env.flag("EVENHAND_DEMO")
PROFILE = env.text("PROFILE")
if PROFILE and not PROFILE.replace("-", "").isalnum():
    env.fault("PROFILE", "is not a profile's key", "Use a name such as bristol or weston")
    PROFILE = ""  # it names files below
# Seeds the first adoption only, where setup_council is given no --profile.
PROTOCOL_FILE = env.text("PROTOCOL_FILE")
if PROTOCOL_FILE and not (os.path.isfile(PROTOCOL_FILE) and os.access(PROTOCOL_FILE, os.R_OK)):
    env.fault(
        "PROTOCOL_FILE",
        f"names {PROTOCOL_FILE}, which is not a file that can be read",
        "Set it to your profile, or leave it out",
    )
DEBUG = env.flag("EVENHAND_DEBUG")
if PRODUCTION and DEBUG:
    env.fault("EVENHAND_DEBUG", "is on in production and would show case content", "Unset it")
if PRODUCTION and DEMO:
    env.fault("EVENHAND_DEMO", "is on in production and lets anyone sign in", "Unset it")

# Who may be asked for what ------------------------------------------------------------------
if PRODUCTION:
    SECRET_KEY = env.needed("SECRET_KEY", "Set it to 50 or more random characters and keep it")
    if SECRET_KEY and (len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 10):
        env.fault("SECRET_KEY", "is too short to be safe", "Use 50 or more random characters")
    ALLOWED_HOSTS = env.words("ALLOWED_HOSTS")
    if not ALLOWED_HOSTS:
        env.needed("ALLOWED_HOSTS", "Set it to the names the site answers to, with commas")
    BASE_URL = env.needed("BASE_URL", "Set it to the address people use, https://...").rstrip("/")
    if BASE_URL and urlsplit(BASE_URL).scheme != "https":
        env.fault("BASE_URL", f"is {BASE_URL}", "It must begin with https:// in production")
else:
    SECRET_KEY = env.text("SECRET_KEY") or secret_kept_in(VAR / "secret_key")
    ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
    BASE_URL = env.text("BASE_URL", f"http://127.0.0.1:{env.number('PORT', 8000)}").rstrip("/")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")

# Rooms --------------------------------------------------------------------------------------
# The highest floor first, so that its templates win. `demo` is not there unless it is asked for.
INSTALLED_APPS = [
    *(["demo"] if DEMO else []),
    "casework",
    "officers",
    "members",
    "documents",
    "records",
    "council",
    "accounts",
    "ledger",
    "frontend",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "crispy_forms",
    "crispy_forms_gds",
    "django_filters",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
]
MIDDLEWARE = [
    # What concerns every answer comes first, so that files and errors have it too.
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "accounts.middleware.PrivatePages",
    "protocol_site.requests.ReadableRequests",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "protocol_site.sessions.SessionLimits",
    "allauth.account.middleware.AccountMiddleware",
    # Before whatever asks what somebody may do.
    "accounts.acting.OneCapacity",
    "accounts.middleware.RefusalsOnRecord",
    # Deny by default: a view that is not declared public needs somebody signed in.
    "accounts.middleware.SignInFirst",
    "accounts.middleware.SecondStepFirst",
    "django.contrib.messages.middleware.MessageMiddleware",
    "accounts.once.SentOnce",
]
ROOT_URLCONF = "protocol_site.urls"
WSGI_APPLICATION = "protocol_site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            # `csrf_token` draws what every form carries besides.
            "builtins": ["frontend.templatetags.marked"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "council.context.council",
                "accounts.context.navigation",
                *(["demo.context.demo"] if "demo" in INSTALLED_APPS else []),
            ],
        },
    },
]
CRISPY_ALLOWED_TEMPLATE_PACKS = ["gds"]
CRISPY_TEMPLATE_PACK = "gds"

# Where things are kept ----------------------------------------------------------------------
# Each demo council has files of its own, so that two can be shown side by side.
NAME = PROFILE or "evenhand"
DATABASES = {}
if PRODUCTION:
    # An empty embedded database in place of the council's own would look like a loss of everything.
    env.needed(
        "DATABASE_URL",
        "Set it to postgres://user:password@host/name; or, where one computer is to hold "
        "everything by itself, to sqlite:////full/path/evenhand.sqlite3",
    )
try:
    DATABASES["default"] = database_settings(env.text("DATABASE_URL"), VAR / f"{NAME}.sqlite3")
except ValueError as error:
    env.fault("DATABASE_URL", str(error), "Write it as postgres://user:password@host/name")
EMBEDDED_DATABASE = "sqlite3" in DATABASES.get("default", {}).get("ENGINE", "")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.text("REDIS_URL")
try:
    REDIS_URL = REDIS_URL and broker_address(REDIS_URL)
except ValueError as error:
    env.fault("REDIS_URL", str(error), "Write it as redis://host:6379/0")
if REDIS_URL:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": REDIS_URL,
            "KEY_PREFIX": "evenhand",
        }
    }
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# Tasks: the broker wakes, the database knows. No results, no ETAs ------------------------------
CELERY_TIMEZONE = "UTC"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_DEFAULT_QUEUE = "evenhand"
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR / f"{NAME}-beat")
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    # No retries inside a request: what is not woken now, the sweep finds.
    CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 600, "max_retries": 0}
else:
    QUEUE = VAR / "queue" / NAME
    CELERY_BROKER_URL = "filesystem://localhost//"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(QUEUE / "messages"),
        "data_folder_out": str(QUEUE / "messages"),
        "processed_folder": str(QUEUE / "done"),
        "control_folder": str(QUEUE / "control"),
        "store_processed": False,
    }
    for folder in ("messages", "done", "control"):
        # Each part by itself: the mode of a parent that is made on the way is the umask's.
        for part in (VAR / "queue", QUEUE, QUEUE / folder):
            part.mkdir(mode=0o700, exist_ok=True)
CELERY_BEAT_SCHEDULE = {
    name: {"task": name, "schedule": every, "options": {"expires": every.total_seconds()}}
    for name, every in {
        "accounts.tasks.clear_drafts": timedelta(hours=1),
        "accounts.tasks.clear_sessions": timedelta(hours=1),
        "accounts.tasks.settle_addresses": timedelta(minutes=5),
        "casework.tasks.chase": timedelta(seconds=60),
        "documents.tasks.look_after": timedelta(minutes=5),
        "ledger.tasks.clear_sendings": timedelta(hours=1),
        "records.tasks.bring_up": timedelta(hours=6),
        "records.tasks.clear": timedelta(hours=1),
        "ledger.tasks.deliver": timedelta(seconds=30),
        "ledger.tasks.keep_head": timedelta(hours=1),
        "ledger.tasks.seal": timedelta(hours=1),
    }.items()
}

# Mail ---------------------------------------------------------------------------------------
EMAIL_FILE_PATH = VAR / (f"mail-{PROFILE}" if PROFILE else "mail")
EMAIL_BACKEND = "ledger.maildir.EmailBackend"
DEFAULT_FROM_EMAIL = env.text("EMAIL_FROM", "Evenhand <evenhand@localhost>")
if PRODUCTION:
    env.needed("EMAIL_URL", "Set it to the council's mail server: smtp+tls://user:password@host")
    env.needed("EMAIL_FROM", "Set it to the address that notices come from")
if env.text("EMAIL_URL"):
    try:
        globals().update(mail_settings(env.text("EMAIL_URL")))
    except ValueError as error:
        env.fault("EMAIL_URL", str(error), "Write it as smtp+tls://user:password@host:587")

# The web's processes and threads are gunicorn's to read (protocol_site/gunicorn.py); looked at
# here, so that a wrong one is said with the rest.
env.number("WEB_CONCURRENCY", 1, least=1)
env.number("WEB_THREADS", 8, least=1)

# Files that people attach ---------------------------------------------------------------------
DOCUMENTS = env.text(
    "EVENHAND_DOCUMENTS", str(VAR / (f"documents-{PROFILE}" if PROFILE else "documents"))
)
CLAMD_URL = env.text("CLAMD_URL")
try:
    CLAMD_URL = CLAMD_URL and scanner_address(CLAMD_URL)
except ValueError as error:
    env.fault("CLAMD_URL", str(error), "Write it as tcp://host:3310 or unix:///path/clamd.ctl")

# Where the ledger's head is kept each day, out of reach of whoever owns the database.
LEDGER_HEADS = env.text("LEDGER_HEADS")
if LEDGER_HEADS and not (os.path.isdir(LEDGER_HEADS) and os.access(LEDGER_HEADS, os.W_OK)):
    env.fault(
        "LEDGER_HEADS",
        f"names {LEDGER_HEADS}, which is not a folder that Evenhand may write to",
        "Make the folder, or leave it out",
    )

# In the session, and not in a cookie of its own, which whoever has the browser could read.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# Who is asking ------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = ["accounts.backends.EmailBackend"]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign-in"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "accounts.validators.NotLikeYou"},
    {"NAME": "accounts.validators.LongEnough", "OPTIONS": {"min_length": 12}},
    {"NAME": "accounts.validators.NotCommon"},
    {"NAME": "accounts.validators.NotOfHere"},
]
# The second step of signing in (docs/adr/0021-second-step.md): required, or there for whoever wants it.
SECOND_STEP = env.text("SECOND_STEP", "required" if PRODUCTION else "offered")
if SECOND_STEP not in {"required", "offered"}:
    env.fault("SECOND_STEP", "is neither required nor offered", "Set it to one of the two")
if PRODUCTION and SECOND_STEP != "required":
    env.fault(
        "SECOND_STEP",
        "lets people sign in with a password alone, in production",
        "Leave it out, or set it to required",
    )
SECOND_STEP_REQUIRED = SECOND_STEP == "required"
# After so long, somebody is asked again who they are before they change how they sign in.
CONFIRMED_SECONDS = 600
ACCOUNT_ADAPTER = "accounts.signing_in.entrance.Entrance"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_RATE_LIMITS = False  # we count in the database (accounts/throttle.py)
ACCOUNT_LOGIN_TIMEOUT = 15 * 60
MFA_ADAPTER = "accounts.signing_in.entrance.SecondStepAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
# A browser makes passkeys for https only, and for localhost, where a developer has no certificate.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION
MFA_TOTP_TOLERANCE = 1  # a phone's clock is rarely right to the second
# Single sign-on (docs/adr/0022-single-sign-on.md): off unless the council's provider is named.
try:
    OIDC_ISSUER = issuer_address(env.text("OIDC_ISSUER"), secure=PRODUCTION)
except ValueError as error:
    OIDC_ISSUER = ""
    env.fault(
        "OIDC_ISSUER", str(error), "Write it as your provider does, https://…, letter by letter"
    )
OIDC_CLIENT_ID = env.text("OIDC_CLIENT_ID")
OIDC_CLIENT_SECRET = env.text("OIDC_CLIENT_SECRET")
# What the button says: “Sign in with …”.
OIDC_NAME = env.text("OIDC_NAME", "your council account")
# Whether a provider's verified address stands in the place of the invitation's link.
OIDC_LINKS_BY_EMAIL = env.flag("OIDC_LINKS_BY_EMAIL")
# What the provider writes where it asked for a second factor; "" where ours is always asked.
OIDC_SECOND_STEP = env.text("OIDC_SECOND_STEP")
if any(map(env.text, OIDC_NAMES)):
    for name, remedy in OIDC_NEEDED.items():
        env.needed(name, f"{remedy}, or leave out every setting that begins with OIDC_")
SOCIALACCOUNT_ADAPTER = "accounts.signing_in.provider.NobodySignsUp"
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5  # seconds
# How long a link to set a new password lasts; an invitation lasts longer (accounts/links.py).
PASSWORD_RESET_TIMEOUT = 24 * 60 * 60
# How long another sign-in address waits where nobody else can approve it (docs/adr/0005).
ADDRESS_WAITS = timedelta(days=env.number("ADDRESS_WAIT_DAYS", 7, least=1))
# How long what somebody began to write, and did not send, is kept for them (docs/adr/0013).
DRAFTS_KEPT = timedelta(days=env.number("DRAFT_DAYS", 14, least=1))

# What the browser is told -------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        **({"upgrade-insecure-requests": True} if PRODUCTION else {}),
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Twelve hours in all; an hour without a click.
SESSION_COOKIE_AGE = 60 * env.number("SESSION_MINUTES", 720, least=5)
SESSION_IDLE_SECONDS = 60 * env.number("SESSION_IDLE_MINUTES", 60, least=5)
SESSION_COOKIE_HTTPONLY = True
# Gives back what was typed, where a form of ours could not be checked.
CSRF_FAILURE_VIEW = "frontend.failures.csrf_failure"
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = PRODUCTION
if PRODUCTION:
    # The one name people use. It also lets a request by a wrong name reach the answer that has
    # the security headers.
    SECURE_SSL_HOST = urlsplit(BASE_URL).netloc
    SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    # Preloading is the owner of the whole domain's to ask for, and cannot soon be undone.
    SECURE_HSTS_PRELOAD = False
    SILENCED_SYSTEM_CHECKS = ["security.W021"]
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
else:
    # Browsers keep cookies by host, not by port: two demo councils must not sign each other out.
    SESSION_COOKIE_NAME = f"session-{NAME}"
BEHIND_PROXY = env.flag("BEHIND_PROXY")
if BEHIND_PROXY:
    # Only where a proxy in front always sets or strips this header: otherwise anyone can claim it.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# Language, time, static files ---------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/London"
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "build" / "collected"
STATICFILES_DIRS = [
    folder for folder in (BASE_DIR / "static", BASE_DIR / "build" / "static") if folder.is_dir()
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # Private: no address leads there. Only documents/views.py serves what is in it.
    "documents": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": DOCUMENTS,
            "base_url": None,
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": "protocol_site.logs.Discreet",
            "format": "{levelname} {name}: {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    # Anybody can ask by a wrong name, as often as they like: refused, and not worth a traceback.
    "loggers": {"django.security.DisallowedHost": {"level": "CRITICAL"}},
}

env.insist()
# The ledger says when the product starts with other values (ledger/configured.py).
SETTINGS_SEEN = env.marks(SECRET_KEY)
