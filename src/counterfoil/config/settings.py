"""The one settings file. Secrets and addresses come from the environment."""

from __future__ import annotations

import sys
from pathlib import Path
from urllib.parse import parse_qs, unquote

from counterfoil.config import embedded, env
from counterfoil.core.secrets import Keyring, SecretsError

PACKAGE = Path(__file__).resolve().parent.parent
HOME = Path(env.text("COUNTERFOIL_HOME", "var")).absolute()
PRODUCTION = env.is_production()
TESTING = env.text("COUNTERFOIL_MODE") == "test"
DEBUG = False

KEYS_HINT = (
    "Make one with: python -c 'from counterfoil.core.secrets import generate_key;"
    " print(generate_key())'."
)
if PRODUCTION:
    SECRET_KEY = env.required(
        "COUNTERFOIL_SECRET_KEY", "Set it to at least 50 random characters."
    )
    ENCRYPTION_KEYS = env.required("COUNTERFOIL_ENCRYPTION_KEYS", KEYS_HINT)
    DATABASE_URL = env.required(
        "DATABASE_URL", "For example postgresql://user:password@host/counterfoil."
    )
else:
    SECRET_KEY = env.local_secret(HOME, "COUNTERFOIL_SECRET_KEY")
    ENCRYPTION_KEYS = env.local_secret(HOME, "COUNTERFOIL_ENCRYPTION_KEYS")
    DATABASE_URL = env.text("DATABASE_URL") or embedded.running_database_url(HOME)
try:
    Keyring.parse(ENCRYPTION_KEYS)
except SecretsError as error:
    raise env.Misconfigured(
        f"COUNTERFOIL_ENCRYPTION_KEYS cannot be used: {error}. {KEYS_HINT}"
    ) from error


def _database(url: str) -> dict[str, object]:
    parts = env.address("DATABASE_URL", url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise env.Misconfigured("DATABASE_URL must start with postgresql://.")
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    options: dict[str, object] = {
        name: value for name, value in query.items() if name != "host"
    }
    if not TESTING:
        options["pool"] = {
            "min_size": 1,
            "max_size": env.whole("COUNTERFOIL_DATABASE_POOL", 16),
        }
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "counterfoil",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.get("host") or parts.hostname or "",
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
        "DISABLE_SERVER_SIDE_CURSORS": True,
    }


DATABASES = {"default": _database(DATABASE_URL)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "procrastinate.contrib.django",
    "counterfoil.workspaces",
    "counterfoil.events",
    "counterfoil.connections",
    "counterfoil.crm",
    "counterfoil.posting",
    "counterfoil.sync",
    "counterfoil.invoicing",
    "counterfoil.connectors.quickbooks",
    "counterfoil.web",
    "counterfoil.api",
    "counterfoil.demo",
    "counterfoil.config",
]
MIDDLEWARE = [
    "counterfoil.web.middleware.HeadersAlone",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "counterfoil.web.middleware.ContentSecurityPolicy",
    "counterfoil.web.middleware.NothingToRead",
    "counterfoil.web.middleware.NothingHasANul",
]
ROOT_URLCONF = "counterfoil.config.urls"
WSGI_APPLICATION = "counterfoil.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [PACKAGE / "web" / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {"environment": "counterfoil.web.environment.environment"},
    }
]

AUTH_USER_MODEL = "workspaces.User"
AUTHENTICATION_BACKENDS = ["counterfoil.web.membership.MemberBackend"]
# E-mail is unique without regard to case, by a constraint that the checks cannot see.
SILENCED_SYSTEM_CHECKS = ["auth.E003", "auth.W004"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
if TESTING:
    PASSWORD_HASHERS = ["counterfoil.workspaces.hashing.QuickArgon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "root"
LOGOUT_REDIRECT_URL = "login"

BASE_URL = env.text("COUNTERFOIL_BASE_URL", "http://127.0.0.1:8000").rstrip("/")
_HOST = env.address("COUNTERFOIL_BASE_URL", BASE_URL).hostname or "127.0.0.1"
ALLOWED_HOSTS = env.items(
    "COUNTERFOIL_ALLOWED_HOSTS", ",".join(sorted({_HOST, "127.0.0.1", "localhost"}))
)
if TESTING:
    ALLOWED_HOSTS.append("testserver")
CSRF_TRUSTED_ORIGINS = [BASE_URL]
HTTPS = BASE_URL.startswith("https://")
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "counterfoil_session"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_SAVE_EVERY_REQUEST = False
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_SSL_REDIRECT = HTTPS and env.flag("COUNTERFOIL_SSL_REDIRECT", default=False)
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https")
    if env.flag("COUNTERFOIL_BEHIND_PROXY", default=False)
    else None
)
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "counterfoil.web.problems.stale_form"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

LANGUAGE_CODE = "en"
LANGUAGES = [
    ("en", "English"),
    ("ko", "한국어"),
    ("pt-br", "Português (Brasil)"),
    ("pl", "Polski"),
]
LOCALE_PATHS = [PACKAGE / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = Path(env.text("COUNTERFOIL_STATIC_ROOT", str(HOME / "static")))
_COLLECTED = (STATIC_ROOT / "staticfiles.json").exists() and not TESTING
WHITENOISE_USE_FINDERS = not _COLLECTED
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {
        "BACKEND": (
            "whitenoise.storage.CompressedManifestStaticFilesStorage"
            if _COLLECTED or "collectstatic" in sys.argv
            else "django.contrib.staticfiles.storage.StaticFilesStorage"
        )
    },
}

# Compare each company's books with what is here, once a night.
NIGHTLY_COMPARISON = env.flag("COUNTERFOIL_NIGHTLY_COMPARISON", default=True)

QUICKBOOKS = {
    "client_id": env.text("COUNTERFOIL_QUICKBOOKS_CLIENT_ID"),
    "client_secret": env.text("COUNTERFOIL_QUICKBOOKS_CLIENT_SECRET"),
    "discovery_url": env.text(
        "COUNTERFOIL_QUICKBOOKS_DISCOVERY_URL",
        "https://developer.api.intuit.com/.well-known/openid_configuration/",
    ),
    "api_url": env.text(
        "COUNTERFOIL_QUICKBOOKS_API_URL",
        "https://quickbooks.api.intuit.com/v3/company",
    ).rstrip("/"),
    "app_url": env.text("COUNTERFOIL_QUICKBOOKS_APP_URL", "https://app.qbo.intuit.com"),
    "environment": env.text("COUNTERFOIL_QUICKBOOKS_ENVIRONMENT", "production"),
    "webhook_token": env.text("COUNTERFOIL_QUICKBOOKS_WEBHOOK_TOKEN"),
    "minor_version": "75",
    "calls_per_minute": env.whole("COUNTERFOIL_QUICKBOOKS_CALLS_PER_MINUTE", 500),
    "calls_per_second": env.whole("COUNTERFOIL_QUICKBOOKS_CALLS_PER_SECOND", 10),
    "calls_at_once": env.whole("COUNTERFOIL_QUICKBOOKS_CALLS_AT_ONCE", 10),
    # What Intuit meters: reads of all companies together; more than these are blocked.
    "reads_per_month": env.whole("COUNTERFOIL_QUICKBOOKS_READS_PER_MONTH", 500_000),
    # How long a company is left alone after "too many requests".
    "throttle_rest": env.number("COUNTERFOIL_QUICKBOOKS_THROTTLE_REST", 60),
    "poll_seconds": env.number("COUNTERFOIL_QUICKBOOKS_POLL_SECONDS", 300),
}

# What was sent is counted here too, outside the database: see posting.recovery.
POSTING_MARK_FILE = env.text("COUNTERFOIL_POSTING_MARK_FILE") or (
    "" if TESTING else str(HOME / "posting.json")
)
# Seconds, from the design of exactly-once posting; tests run them short.
POSTING = {
    "deadline": env.number("COUNTERFOIL_POSTING_DEADLINE", 60),
    "lease": env.number("COUNTERFOIL_POSTING_LEASE", 240),
    "settle_wait": env.number("COUNTERFOIL_POSTING_SETTLE_WAIT", 180),
    "lookup_gap": env.number("COUNTERFOIL_POSTING_LOOKUP_GAP", 20),
    "lookup_margin": env.number("COUNTERFOIL_POSTING_LOOKUP_MARGIN", 600),
    "time_scale": env.number("COUNTERFOIL_POSTING_TIME_SCALE", 1),
    "max_resends": env.whole("COUNTERFOIL_POSTING_MAX_RESENDS", 5),
    "give_up_after": env.number("COUNTERFOIL_POSTING_GIVE_UP_AFTER", 86_400),
    "writes_at_once": env.whole("COUNTERFOIL_POSTING_WRITES_AT_ONCE", 4),
    "breaker_unknowns": env.whole("COUNTERFOIL_POSTING_BREAKER_UNKNOWNS", 5),
    "breaker_window": env.number("COUNTERFOIL_POSTING_BREAKER_WINDOW", 300),
    "breaker_hold": env.number("COUNTERFOIL_POSTING_BREAKER_HOLD", 1_800),
}

LOGGING_CONFIG = "counterfoil.config.logs.configure"
LOG_LEVEL = env.text("COUNTERFOIL_LOG_LEVEL", "INFO")
# Django calls the function above only when there is something here.
LOGGING = {"level": LOG_LEVEL}
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "tasks"
# What is due in a moment is not announced: it is looked for once a second.
PROCRASTINATE_WORKER_DEFAULTS = {"fetch_job_polling_interval": 1.0}
