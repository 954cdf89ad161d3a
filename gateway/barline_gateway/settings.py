"""Django's settings. Everything that differs between installations comes from `Environment`."""

import logging
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF

from barline_core.logs import configure_logs
from barline_gateway.environment import Environment
from barline_gateway.lifetimes import LONGEST_S

ENVIRONMENT = Environment()

SECRET_KEY = ENVIRONMENT.secret_key.get_secret_value()
DEBUG = ENVIRONMENT.debug
ALLOWED_HOSTS = ENVIRONMENT.hosts()
CSRF_TRUSTED_ORIGINS = ENVIRONMENT.origins()

ROOT_URLCONF = "barline_gateway.urls"
WSGI_APPLICATION = "barline_gateway.wsgi.application"
APPEND_SLASH = False  # every route takes both forms
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
USE_THOUSAND_SEPARATOR = False

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "axes",
    "corsheaders",
    "django_htmx",
    "drf_spectacular_sidecar",
    "rest_framework",
    "barline_gateway.accounts",
    "barline_gateway.registry",
    "barline_gateway.analysis",
    "barline_gateway.openapi",
    "barline_gateway.reporting",
    "barline_gateway.apps.StaffAdmin",  # after the others: templates of ours come first
]

MIDDLEWARE = [
    "barline_gateway.middleware.RequestContextMiddleware",
    "barline_gateway.health.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "barline_gateway.page_middleware.PolicyMiddleware",
    *(["corsheaders.middleware.CorsMiddleware"] if ENVIRONMENT.cors_origins else []),
    "barline_gateway.caching.CompressionMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "barline_gateway.caching.CachePolicyMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "barline_gateway.middleware.BodyLimitMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "barline_gateway.accounts.sessions.SessionAgeMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "barline_gateway.accounts.audit.AuditMiddleware",
    "barline_gateway.page_middleware.PageMessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "barline_gateway.reporting.context.installation",
            ],
        },
    },
]

# Django's own tables live in `public`; those of schema `market` are Alembic's, and unmanaged here.
DATABASES = {"default": dj_database_url.parse(ENVIRONMENT.database_url.get_secret_value())}
DATABASES["default"].setdefault("OPTIONS", {})
DATABASES["default"]["OPTIONS"] |= {
    "options": "-c search_path=public,market -c statement_timeout=30000",
    "connect_timeout": 5,
    "application_name": "barline-gateway",
    # Threads that wait for a service hold no connection: there are fewer of these than of threads.
    # A pool that tried longer to reconnect would wait ever longer between attempts, also when the database is back.
    "pool": {
        "min_size": 2,
        "max_size": ENVIRONMENT.database_pool_size,
        "timeout": 5,
        "reconnect_timeout": 5,
    },
}
MIGRATION_MODULES = {"registry": None}

SHORTEST_PASSWORD = 12
RULES = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{RULES}.UserAttributeSimilarityValidator"},
    {
        "NAME": f"{RULES}.MinimumLengthValidator",
        "OPTIONS": {"min_length": SHORTEST_PASSWORD},
    },
    {"NAME": f"{RULES}.CommonPasswordValidator"},
    {"NAME": f"{RULES}.NumericPasswordValidator"},
]
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "barline_gateway.accounts.addresses.client_network"
AXES_LOCKOUT_CALLABLE = "barline_gateway.accounts.signing_in.locked_out"
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # else trying on would lock out for ever
AXES_DISABLE_ACCESS_LOG = True  # the audit log has it
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
CSRF_FAILURE_VIEW = "barline_gateway.errors.csrf_failure"
LOGIN_URL = "reporting:sign-in"
LOGIN_REDIRECT_URL = "reporting:overview"
LOGOUT_REDIRECT_URL = "reporting:sign-in"
# Over TLS the prefix makes a browser refuse these cookies from a sibling host or a plain connection.
COOKIE_PREFIX = "__Host-" if ENVIRONMENT.https_only else ""
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}barline_session"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}barline_csrf"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = LONGEST_S
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ENVIRONMENT.https_only
SECURE_HSTS_SECONDS = 31_536_000 if ENVIRONMENT.https_only else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENVIRONMENT.https_only else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

STATIC_URL = "/static/"
STATIC_ROOT = (
    ENVIRONMENT.static_root
)  # images collect into it; elsewhere files are served where they lie
# An image keeps what was collected, and not the package it came from.
PLOTLY = find_spec("plotly")
STATICFILES_DIRS = [("plotly", Path(str(PLOTLY.origin)).parent / "package_data")] if PLOTLY else []
WHITENOISE_USE_FINDERS = STATIC_ROOT is None
WHITENOISE_MAX_AGE = 60  # seconds: names carry no hash, so an upgrade must show soon

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "barline_gateway.accounts.authentication.ApiKeyAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["barline_gateway.accounts.permissions.HasScope"],
    "DEFAULT_THROTTLE_CLASSES": ["barline_gateway.accounts.throttles.PerKeyThrottle"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": [
        "barline_gateway.parsers.StrictJSONParser",
        "rest_framework.parsers.FormParser",
        "rest_framework.parsers.MultiPartParser",
    ],
    "EXCEPTION_HANDLER": "barline_gateway.errors.answer_exception",
    "URL_FORMAT_OVERRIDE": None,  # ?format= is ours
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}

# Other sites' scripts may call with an API key when they are named; never with a person's cookies.
CORS_ALLOWED_ORIGINS = ENVIRONMENT.cross_origins()
CORS_ALLOW_CREDENTIALS = False
CORS_ALLOW_HEADERS = ["accept", "authorization", "content-type", "idempotency-key", "if-none-match"]
CORS_EXPOSE_HEADERS = [
    "ETag", "Idempotency-Replayed", "Location", "RateLimit", "RateLimit-Policy", "Retry-After", "X-Request-Id",
]  # fmt: skip
CORS_PREFLIGHT_MAX_AGE = 3600

LOGGING_CONFIG = None
# Django repeats every 4xx and 5xx here, which the request log has already; only tracebacks are news.
logging.getLogger("django.request").addFilter(lambda record: record.exc_info is not None)
configure_logs(service="gateway", level=ENVIRONMENT.log_level, log_format=ENVIRONMENT.log_format)
