"""The one settings module. Everything that differs between two sites comes from the environment;
docs/operations.md lists each variable."""

from pathlib import Path
from typing import Any

import dj_database_url
from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP

from campaign import env

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env.text("VAR_DIR", str(BASE_DIR / "var")))
VAR_DIR.mkdir(parents=True, exist_ok=True)

DEBUG = env.flag("DEBUG")
SECRET_KEY = env.text("SECRET_KEY")
if len(SECRET_KEY) < 50:
    raise ImproperlyConfigured("SECRET_KEY must have at least 50 random characters.")

SITE_URL = env.http_url("SITE_URL", "http://127.0.0.1:8000")
HTTPS = SITE_URL.startswith("https://")
ALLOWED_HOSTS = [env.host_of(SITE_URL), *env.words("ALLOWED_HOSTS")]
CSRF_TRUSTED_ORIGINS = [SITE_URL]
DEMO = env.flag("DEMO")

# --- The house -------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "campaign",  # first: its db_worker command wraps the library's
    "cms_pages",
    "donors",
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "django_tasks_db",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "campaign.urls"
WSGI_APPLICATION = "campaign.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "campaign.context.site",
            ],
        },
    },
]

# --- Data ------------------------------------------------------------------------------------------

# Immediate transactions: a SQLite transaction that reads first and writes later would otherwise fail with
# "database is locked". FULL: a gift that was answered with "thank you" survives a power cut.
_SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;"
        "PRAGMA cache_size=-20000;PRAGMA temp_store=MEMORY;"
    ),
}


def _database(url: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = dict(dj_database_url.parse(url))
    except (ValueError, KeyError) as error:
        raise ImproperlyConfigured(
            "DATABASE_URL must look like postgres://user@host/name or sqlite:////path."
        ) from error
    if found["ENGINE"] == "django.db.backends.sqlite3":
        found["OPTIONS"] = dict(_SQLITE_OPTIONS)
    elif found["ENGINE"] == "django.db.backends.postgresql":
        found["OPTIONS"] = {"pool": True}
    else:
        raise ImproperlyConfigured("DATABASE_URL must name PostgreSQL or SQLite.")
    return found


DATABASES = {"default": _database(env.text("DATABASE_URL", f"sqlite:///{VAR_DIR / 'db.sqlite3'}"))}

REDIS_URL = env.text("REDIS_URL", "")
CACHES: dict[str, dict[str, Any]] = {
    "default": (
        {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
        if REDIS_URL
        else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    )
}

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}

# --- Work in the background ------------------------------------------------------------------------

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# The worker starts each of these when its seconds are over. Every one finds what is left to do in the
# tables, so that a lost task, a dead worker or a webhook that never came only costs time.
SCHEDULE = {
    "donors.tasks.sweep_inbox": 30,
    "donors.tasks.sweep_follow_ups": 30,
    "donors.tasks.sweep_open_checkouts": 300,
    "donors.tasks.sweep_fees": 300,
    "donors.tasks.push_requested_refunds": 300,
    "donors.tasks.sweep_slow_money": 3600,
    "donors.tasks.collect_missed_events": 3600,
    "donors.tasks.reconcile_payouts": 86400,
    "donors.tasks.watch_drift": 86400,
    "donors.tasks.watch_seal": 86400,
    "donors.tasks.watch_for_silence": 600,
    "donors.tasks.mail_alarms": 300,
    "donors.tasks.sweep_receipts": 3600,
    "donors.tasks.sweep_receipt_runs": 60,
    "donors.tasks.send_completion_letters": 300,
    "donors.tasks.watch_gate": 60,
    "donors.tasks.sweep_monthly_requests": 60,
    "donors.tasks.note_expiring_cards": 86400,
    "campaign.tasks.prune": 86400,
}

MAILERS = {"default": env.mailer("EMAIL_URL", "console:")}
DEFAULT_FROM_EMAIL = env.text("MAIL_FROM", "Emmaüs Connect <dons@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# --- Stripe ----------------------------------------------------------------------------------------

STRIPE_API_KEY = env.text("STRIPE_API_KEY")
STRIPE_WEBHOOK_SECRETS = env.words("STRIPE_WEBHOOK_SECRETS")
STRIPE_API_BASE = env.http_url("STRIPE_API_BASE", "https://api.stripe.com")
if not STRIPE_API_KEY.startswith(("sk_test_", "rk_test_", "sk_live_", "rk_live_")):
    raise ImproperlyConfigured("STRIPE_API_KEY must begin with sk_test_, rk_test_, sk_live_ or rk_live_.")
STRIPE_LIVEMODE = STRIPE_API_KEY.split("_")[1] == "live"
STRIPE_TIMEOUT_SECONDS = env.whole_number("STRIPE_TIMEOUT_SECONDS", 25, least=1, most=80)
# Other sites take money on the same account: what is not ours there is listed, and no alarm is raised for it.
STRIPE_ACCOUNT_SHARED = env.flag("STRIPE_ACCOUNT_SHARED", "0")
# A change found later than this moves the books, but the letter about it waits for a person.
LETTERS_NOT_OLDER_THAN_DAYS = env.whole_number("LETTERS_NOT_OLDER_THAN_DAYS", 7, least=1, most=365)
# How often Stripe tries to debit one month, the first time included: as set in its Dashboard.
MONTHLY_TRIES = env.whole_number("MONTHLY_TRIES", 4, least=2, most=9)

# --- Receipts --------------------------------------------------------------------------------------

# A bank takes back a debit for eight weeks without a question: 56 days are the longest that makes sense.
RECEIPT_HOLD_DAYS_CARD = env.whole_number("RECEIPT_HOLD_DAYS_CARD", 0, least=0, most=56)
RECEIPT_HOLD_DAYS_SEPA = env.whole_number("RECEIPT_HOLD_DAYS_SEPA", 14, least=0, most=56)
# A PKCS #12 file with the organisation's certificate and key; without it the PDFs of receipts are not sealed.
RECEIPT_SEAL_PKCS12 = env.file("RECEIPT_SEAL_PKCS12", "")
RECEIPT_SEAL_PASSWORD = env.text("RECEIPT_SEAL_PASSWORD", "")

# --- The gate in front of Stripe -------------------------------------------------------------------

# Against people who try stolen cards; donors/payments/gate/limits.py says what follows from these.
GATE_PER_ADDRESS = env.whole_number("GATE_PER_ADDRESS", 10, least=1, most=100_000)
GATE_PER_EMAIL = env.whole_number("GATE_PER_EMAIL", 10, least=1, most=100_000)
GATE_IN_ALL = env.whole_number("GATE_IN_ALL", 300, least=1, most=1_000_000)
GATE_DECLINES = env.whole_number("GATE_DECLINES", 20, least=1, most=1_000_000)
GATE_SECONDS_TO_FILL = env.whole_number("GATE_SECONDS_TO_FILL", 3, least=0, most=60)

# --- Security --------------------------------------------------------------------------------------

# Chromium checks form-action on every hop of the redirect that follows our form's POST.
_PAY_HOSTS = ["https://checkout.stripe.com", "https://billing.stripe.com"]
if STRIPE_API_BASE != "https://api.stripe.com":
    _PAY_HOSTS.append(STRIPE_API_BASE)
SECURE_CSP: dict[str, list[str]] = {
    "default-src": [CSP.SELF],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    "form-action": [CSP.SELF, *_PAY_HOSTS],
}
# Wagtail's editor writes scripts and styles into its pages without a nonce, and frames its own previews.
ADMIN_CSP: dict[str, list[str]] = {
    **SECURE_CSP,
    "script-src": [CSP.SELF, CSP.UNSAFE_INLINE],
    "style-src": [CSP.SELF, CSP.UNSAFE_INLINE],
    "img-src": [CSP.SELF, "data:", "blob:"],
    "frame-ancestors": [CSP.SELF],
    "form-action": [CSP.SELF],
}
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = HTTPS
BEHIND_PROXY = env.flag("BEHIND_PROXY")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "donors.giving.errors.csrf_failed"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # Wagtail's page editor sends many fields

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "wagtailadmin_login"

# --- Language and place ----------------------------------------------------------------------------

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français")]
USE_I18N = True
TIME_ZONE = "Europe/Paris"
USE_TZ = True

# --- Wagtail ---------------------------------------------------------------------------------------

WAGTAIL_SITE_NAME = "Campagne de juin"
WAGTAILADMIN_BASE_URL = SITE_URL
WAGTAIL_I18N_ENABLED = False
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAILIMAGES_EXTENSIONS = ["gif", "jpg", "jpeg", "png", "webp", "svg"]
WAGTAILADMIN_RICH_TEXT_EDITORS = {
    "default": {
        "WIDGET": "wagtail.admin.rich_text.DraftailRichTextArea",
        "OPTIONS": {"features": ["h3", "bold", "italic", "ol", "ul", "link", "document-link"]},
    }
}
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = True
WAGTAIL_DATE_FORMAT = "%d/%m/%Y"

# --- Logs ------------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "INFO").upper()},
    "loggers": {
        "stripe": {"level": "WARNING"},  # it logs a line for each call and each answer
        "weasyprint.progress": {"level": "WARNING"},  # and it each step of each PDF
    },
}
