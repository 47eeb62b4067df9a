"""For real use. Refuses to start without its secrets."""

from django.core.exceptions import ImproperlyConfigured

from .base import *  # noqa: F403 - settings build on one another
from .base import SECRET_KEY, env

_missing = [
    name
    for name, given in {
        "SECRET_KEY": len(SECRET_KEY) >= 32,
        "ALLOWED_HOSTS": bool(env.list("ALLOWED_HOSTS", [])),
        "PORTAL_URL": bool(env.str("PORTAL_URL", "")),
        "DATABASE_URL": bool(env.str("DATABASE_URL", "")),
    }.items()
    if not given
]
if _missing:
    raise ImproperlyConfigured(
        f"Set {', '.join(_missing)} before starting in production. README.md says what each holds; "
        "SECRET_KEY needs at least 32 characters."
    )

DEBUG = False
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", True)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", 31536000)
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
