"""People, and the home page."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser


class User(AbstractUser):
    """Someone with an account. The portal asks for no more than it needs to let them in."""
