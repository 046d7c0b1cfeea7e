"""Settings, from the environment. Without any variable: development on the embedded servers under var/."""

import os
import secrets
from datetime import timedelta
from pathlib import Path

import pgtrigger
from django.utils.csp import CSP

from abxsite.embedded import broker_url, data_dir, database_settings, redis_url

BASE_DIR = Path(__file__).resolve().parent.parent
ENV = os.environ.get("ABX_ENV", "development")
PRODUCTION = ENV == "production"
DEBUG = os.environ.get("DEBUG", "") == "1" and not PRODUCTION


def _secret_key() -> str:
    """The key from SECRET_KEY, else one made once and kept in the data folder (never in production)."""
    given = os.environ.get("SECRET_KEY", "")
    if given or PRODUCTION:
        return given
    path = data_dir() / "secret_key"
    if not path.exists():
        path.write_text(secrets.token_urlsafe(64))
        path.chmod(0o600)
    return path.read_text().strip()


def _words(name: str, default: str = "") -> list[str]:
    return [w for w in os.environ.get(name, default).replace(",", " ").split() if w]


SECRET_KEY = _secret_key()
ALLOWED_HOSTS = _words("ALLOWED_HOSTS", "" if PRODUCTION else "127.0.0.1 localhost [::1] testserver")
CSRF_TRUSTED_ORIGINS = _words("CSRF_TRUSTED_ORIGINS")

INSTALLED_APPS = [
    "abxsite.desk",
    "reviews",
    "entitlements",
    "tiering",
    "accounts",
    "abxsite.users",
    "abxsite.audit",
    "abxsite.lib",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django_htmx",
    "django_filters",
    "rest_framework",
    "drf_spectacular",
    "pgtrigger",
    "pghistory",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "abxsite.health.HealthMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "abxsite.lib.htmx.HtmxAnswersMiddleware",
    "abxsite.lib.http.CurrencyMiddleware",
    "abxsite.users.middleware.LoginRequiredMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "abxsite.users.middleware.ActorMiddleware",
    "abxsite.lib.http.DomainErrorMiddleware",
]

ROOT_URLCONF = "abxsite.urls"
WSGI_APPLICATION = "abxsite.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "abxsite.desk.navigation.navigation",
            ],
        },
    }
]

DATABASES = {"default": database_settings(os.environ.get("DATABASE_URL"), pool=os.environ.get("ABX_POOL", "1") == "1")}
REDIS_URL = redis_url(os.environ.get("REDIS_URL"))
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SESSION_ENGINE = "django.contrib.sessions.backends.db"

LANGUAGE_CODE = "en-us"
TIME_ZONE = os.environ.get("TIME_ZONE", "UTC")
USE_TZ = True
USE_I18N = False

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = Path(os.environ.get("STATIC_ROOT", data_dir() / "static"))
MEDIA_ROOT = Path(os.environ.get("MEDIA_ROOT", data_dir() / "media"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
ABX_UPLOAD_MAX_BYTES = int(os.environ.get("ABX_UPLOAD_MAX_BYTES", str(1024**3)))

# Login: by e-mail, people are invited, never signed up.
AUTH_USER_MODEL = "users.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "my_work"
ACCOUNT_ADAPTER = "abxsite.users.adapter.ClosedSignupAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
SOCIALACCOUNT_ONLY = False

# Mail goes to the log unless a server is named.
MAIL_SERVER = os.environ.get("EMAIL_HOST", "")
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "abxsite@localhost.example")
MAILERS = {
    "default": {
        "BACKEND": f"django.core.mail.backends.{'smtp' if MAIL_SERVER else 'console'}.EmailBackend",
        **(
            {
                "OPTIONS": {
                    "host": MAIL_SERVER,
                    "port": int(os.environ.get("EMAIL_PORT", "587")),
                    "username": os.environ.get("EMAIL_HOST_USER", ""),
                    "password": os.environ.get("EMAIL_HOST_PASSWORD", ""),
                    "use_tls": os.environ.get("EMAIL_USE_TLS", "1") == "1",
                }
            }
            if MAIL_SERVER
            else {}
        ),
    }
}

# Content security: nothing from elsewhere, nothing inline.
SECURE_CSP = {
    "default-src": [CSP.SELF],
    "script-src": [CSP.SELF, CSP.NONCE],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
    "base-uri": [CSP.SELF],
    "object-src": [CSP.NONE],
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
HTTPS = PRODUCTION and os.environ.get("ABX_HTTPS", "1") == "1"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
if PRODUCTION and os.environ.get("ABX_BEHIND_PROXY", "1") == "1":
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# Workers: the job's row decides who works on it; the broker only wakes (DESIGN §4, GROUND Celery).
CELERY_BROKER_URL = broker_url(os.environ.get("REDIS_URL"))
CELERY_RESULT_BACKEND = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 40
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 45,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_DEFAULT_QUEUE = "quick"
CELERY_TASK_QUEUES_NAMES = ("quick", "heavy")
CELERY_TIMEZONE = TIME_ZONE
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE = {
    "worker heartbeat": {"task": "desk.heartbeat", "schedule": timedelta(seconds=15), "options": {"expires": 30}},
    "sweep expired jobs": {"task": "desk.sweep_jobs", "schedule": timedelta(seconds=15), "options": {"expires": 30}},
    "rescore marked accounts": {
        "task": "tiering.rescore_marked",
        "schedule": timedelta(seconds=3),
        "options": {"expires": 10},
    },
    "rewrite all scores once a day": {
        "task": "tiering.rescore_daily",
        "schedule": timedelta(minutes=10),
        "options": {"expires": 600},
    },
    "refresh recommended tiers": {
        "task": "tiering.refresh_standings",
        "schedule": timedelta(seconds=30),
        "options": {"expires": 30},
    },
    "count what is known of the accounts": {
        "task": "tiering.measure_quality",
        "schedule": timedelta(minutes=2),
        "options": {"expires": 120},
    },
    "plan deliveries for new placements": {
        "task": "entitlements.handle_placements",
        "schedule": timedelta(seconds=20),
        "options": {"expires": 30},
    },
    "advance cycles": {"task": "reviews.advance_cycles", "schedule": timedelta(minutes=5), "options": {"expires": 300}},
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "abxsite.users.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "abxsite.lib.paging.KeysetPagination",
    "PAGE_SIZE": 100,
    "EXCEPTION_HANDLER": "abxsite.lib.http.api_exception_handler",
    "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.UserRateThrottle"],
    "DEFAULT_THROTTLE_RATES": {"user": os.environ.get("ABX_API_RATE", "1200/min")},
}
SPECTACULAR_SETTINGS = {
    "TITLE": "abxsite",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_NAME_OVERRIDES": {
        "MoveState": "tiering.choices.MoveState",
        "MoveReason": "tiering.choices.Reason",
        "VetoReason": "reviews.choices.VetoReason",
        "DeliveryState": "entitlements.choices.DeliveryState",
    },
}

PGHISTORY_LEVEL = pgtrigger.Statement

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL", "INFO")},
}
