"""Settings of LeadOps, read from the environment and from `.env`. `.env.example` lists them all."""

from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured
from django.templatetags.static import static

from leadops.logs import logging_settings
from leadops.var import secret_key, socket_path

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")

DEBUG = env.bool("DEBUG", default=True)
VAR_DIR = BASE_DIR / env.str("VAR_DIR", default="var")
VAR_DIR.mkdir(parents=True, exist_ok=True)

SECRET_KEY = env.str("SECRET_KEY", default="")
if not SECRET_KEY:
    if not DEBUG:
        raise ImproperlyConfigured("SECRET_KEY is required when DEBUG is off.")
    SECRET_KEY = secret_key(VAR_DIR)

# Keys of before: what they signed stays good, and who opted out under them is not asked for feedback.
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", default=[])

ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=[])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", default=[])

# --- the house ------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "unfold.contrib.import_export",
    "unfold.contrib.simple_history",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "django_rq",
    "import_export",
    "simple_history",
    "routing",
    "reps",
    "reports",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "leadops.content_security.ContentSecurityPolicy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "routing.account.browsers.SeenBrowsers",
]

ROOT_URLCONF = "leadops.urls"
WSGI_APPLICATION = "leadops.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# --- the database: the only truth -----------------------------------------------------------------

SQLITE_OPTIONS = {
    # Without IMMEDIATE, two writers that began by reading fail with "database is locked" at once, whatever the timeout.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;",
}


def database(url: str) -> dict[str, Any]:
    """Django's settings for the database at `url`; a relative SQLite path starts at the project."""
    settings: dict[str, Any] = environ.Env.db_url_config(url)
    settings["CONN_MAX_AGE"] = 600
    settings["CONN_HEALTH_CHECKS"] = True
    if settings["ENGINE"] == "django.db.backends.sqlite3":
        settings["OPTIONS"] = SQLITE_OPTIONS | settings.get("OPTIONS", {})
        if settings["NAME"] != ":memory:":
            settings["NAME"] = str(BASE_DIR / settings["NAME"])
    return settings


DATABASES = {"default": database(env.str("DATABASE_URL", default="") or f"sqlite:///{VAR_DIR}/leadops.sqlite3")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Redis: wake-ups only -------------------------------------------------------------------------

EMBEDDED_REDIS_SOCKET = socket_path(VAR_DIR, "valkey.sock")
REDIS_URL = env.str("REDIS_URL", default="") or f"unix://{EMBEDDED_REDIS_SOCKET}"
REDIS_IS_EMBEDDED = f"unix://{EMBEDDED_REDIS_SOCKET}" == REDIS_URL

# The job functions are pickled: whoever can write to Redis can run code here. Keep it private (docs/operations.md).
RQ_QUEUES = {name: {"URL": REDIS_URL, "DEFAULT_TIMEOUT": 600} for name in ("routing", "post", "default")}
RQ = {"WORKER_CLASS": "leadops.worker.Worker"}
RQ_SHOW_ADMIN_LINK = False  # its pages are at /rq/, for superusers only; the admin would show them to all staff

SWEEP_SECONDS = env.int("SWEEP_SECONDS", default=3)

# Whoever comes back is not flooded: so many of the leads that waited, in so many minutes. 0: no brake.
HELD_LEADS_AT_ONCE = env.int("HELD_LEADS_AT_ONCE", default=5)
HELD_LEADS_MINUTES = env.int("HELD_LEADS_MINUTES", default=5)

# How long past due a rep's next step may be before it comes to their manager's view.
NEXT_STEP_OVERDUE_HOURS = env.int("NEXT_STEP_OVERDUE_HOURS", default=24)

HOST = env.str("HOST", default="127.0.0.1")
PORT = env.int("PORT", default=8000)
DEMO_LOGINS = VAR_DIR / "demo-logins.txt"

# --- people ---------------------------------------------------------------------------------------

AUTH_USER_MODEL = "routing.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "login"
PASSWORD_RESET_TIMEOUT = 3600
SESSION_ENGINE = "routing.models.session"  # Django's own, with whose it is: docs/decisions/0010-log-in.md

vars().update(env.email_url("EMAIL_URL", default="smtp://localhost:25"))
if DEBUG and not env.str("EMAIL_URL", default=""):
    EMAIL_BACKEND = "leadops.dev_mail.store.Backend"  # readable at /dev/mail/
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="LeadOps <leadops@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# Mail that LeadOps reads: a copy of what reps send, and what leads answer (docs/operations.md, "Mail that comes in").
INBOUND_MAIL_DOMAIN = env.str("INBOUND_MAIL_DOMAIN", default="").strip().lower()  # empty: reps are given no address
INBOUND_MAIL_SECRET = env.str("INBOUND_MAIL_SECRET", default="")  # empty: /api/v1/inbound-mail/ takes nothing
INBOUND_MAIL_KEEP_BODY = env.bool("INBOUND_MAIL_KEEP_BODY", default=False)

# --- what people are told -------------------------------------------------------------------------

# Where the site is reached, for links in what is read elsewhere: in mails and chats.
SITE_URL = env.str("SITE_URL", default="") or (
    f"http://{'127.0.0.1' if HOST in ('', '0.0.0.0') else HOST}:{PORT}"  # noqa: S104
    if DEBUG
    else next(iter(CSRF_TRUSTED_ORIGINS), f"https://{next(iter(ALLOWED_HOSTS), 'localhost')}")
)
# Seconds that a mail server or a team's channel has for each step before it counts as away.
SEND_TIMEOUT = EMAIL_TIMEOUT = env.float("SEND_TIMEOUT", default=10)
# Hosts that a team's channel may be at (none named: any), and whether it may be inside the network.
WEBHOOK_HOSTS: list[str] = env.list("WEBHOOK_HOSTS", default=[])
WEBHOOK_PRIVATE = env.bool("WEBHOOK_PRIVATE", default=DEBUG)
# News older than this when it is first seen is told to nobody; and how long what was told is kept.
OLD_NEWS_DAYS = env.int("OLD_NEWS_DAYS", default=3)
KEEP_NEWS_DAYS = env.int("KEEP_NEWS_DAYS", default=90)
# How long a customer who was asked for feedback may answer by the link in the mail.
FEEDBACK_LINK_DAYS = env.int("FEEDBACK_LINK_DAYS", default=90)

# --- language and time ----------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]  # pages speak one language until they are translated
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.str("TIME_ZONE", default="UTC")

# --- static files ---------------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [path for path in [BASE_DIR / "static"] if path.is_dir()]
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = DEBUG
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
MEDIA_ROOT = VAR_DIR / "media"

# --- the API --------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "LeadOps",
    "DESCRIPTION": "Leads in, the right rep out, and why.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_AUTHENTICATION": ["rest_framework.authentication.SessionAuthentication"],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}

# --- the admin ------------------------------------------------------------------------------------

UNFOLD = {
    "SITE_TITLE": "LeadOps",
    "SITE_HEADER": "LeadOps",
    "SITE_SUBHEADER": "Leads in, the right rep out",
    "SITE_SYMBOL": "conversion_path",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("leadops/mark.svg")}],
    "SITE_URL": "/",
    "SHOW_HISTORY": True,
    "BORDER_RADIUS": "6px",
    "DASHBOARD_CALLBACK": "routing.admin.dashboard.dashboard",
    "STYLES": [lambda request: static("leadops/admin.css")],
    "SCRIPTS": [lambda request: static("leadops/admin_names.js")],
    "COLORS": {
        # The desk's blue.
        "primary": {
            "50": "#eef3ff",
            "100": "#dbe5ff",
            "200": "#bdd0ff",
            "300": "#93b0ff",
            "400": "#7c9dff",
            "500": "#3f6ae8",
            "600": "#2455d6",
            "700": "#1c46b4",
            "800": "#1b3c92",
            "900": "#1b3675",
            "950": "#132148",
        },
        "font": {
            # Grey on white, and on grey, that can be read.
            "subtle-light": "var(--color-base-600)",
            "subtle-dark": "var(--color-base-400)",
            "default-light": "var(--color-base-700)",
            "default-dark": "var(--color-base-300)",
            "important-light": "var(--color-base-900)",
            "important-dark": "var(--color-base-100)",
        },
    },
    "SIDEBAR": {"show_search": False, "navigation": "routing.admin.navigation.navigation"},
}

# --- security -------------------------------------------------------------------------------------

SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=not DEBUG)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # probes come over plain HTTP from inside
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=0 if DEBUG else 30 * 24 * 3600)
if env.bool("BEHIND_TLS_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# How many proxies stand before us, each of which adds to X-Forwarded-For: which of its addresses is the visitor's.
PROXIES_IN_FRONT = env.int("PROXIES_IN_FRONT", default=1 if env.bool("BEHIND_TLS_PROXY", default=False) else 0)
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
SILENCED_SYSTEM_CHECKS = [
    # Whether all other subdomains speak HTTPS, and may be pinned to it in browsers for good, is their owner's to say.
    "security.W005",
    "security.W021",
]

# --- logging --------------------------------------------------------------------------------------

LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")
LOGGING = logging_settings(level=LOG_LEVEL, readable=DEBUG)
