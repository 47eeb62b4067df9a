"""The settings that `make run` serves with, without the manifest of static files: the peer has none either."""

from portal.settings.dev import *  # noqa: F403 - settings build on one another
from portal.settings.dev import STORAGES

SECRET_KEY = "for-the-benchmark-only"
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
