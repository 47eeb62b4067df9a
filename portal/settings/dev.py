"""For one machine: what `make run` uses. Nothing needs to be set."""

from .base import *  # noqa: F403 - settings build on one another
from .base import SECRET_KEY, STORAGES, VAR_DIR

DEBUG = False
ALLOWED_HOSTS = ["*"]


def _own_key() -> str:
    """A key made on first use and kept in `var/`, so that sessions outlive a restart."""
    from django.core.management.utils import get_random_secret_key

    path = VAR_DIR / "secret-key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(get_random_secret_key(), encoding="utf-8")
        path.chmod(0o600)
    return path.read_text(encoding="utf-8").strip()


SECRET_KEY = SECRET_KEY or _own_key()

# Compressing every file takes most of a first set-up and saves nothing on the same machine.
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
}
