"""For the suite: fast hashing, no manifest, an index and a media folder of their own."""

import tempfile
from pathlib import Path

from .base import *  # noqa: F403 - settings build on one another

SECRET_KEY = "for-tests-only"
ALLOWED_HOSTS = ["*"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
ELASTICSEARCH_URL = []
SEARCH_INDEX_PATH = Path(tempfile.mkdtemp(prefix="portal-search-")) / "search.sqlite3"
