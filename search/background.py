"""Work that nobody should wait for: in a thread of this process, one of a kind at a time.

Nothing is lost when the process ends in the middle: whoever needs the work done next starts it again.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from django.db import connections

from search.engines.base import SearchUnavailable

logger = logging.getLogger(__name__)

#: Seconds until the same work is started again.
PAUSE = 5.0

_lock = threading.Lock()
_running: set[str] = set()
_ended: dict[str, float] = {}


def start(name: str, work: Callable[[], object]) -> bool:
    """Start work unless it is under way already, or ended a moment ago. Returns whether it was started."""
    with _lock:
        if name in _running or time.monotonic() - _ended.get(name, -PAUSE) < PAUSE:
            return False
        _running.add(name)
    threading.Thread(target=_run, args=(name, work), name=name, daemon=True).start()
    return True


def _run(name: str, work: Callable[[], object]) -> None:
    try:
        work()
    except SearchUnavailable as why:
        logger.warning("search, %s: %s", name, why)
    except Exception:
        logger.exception("search, %s", name)
    finally:
        connections.close_all()
        with _lock:
            _running.discard(name)
            _ended[name] = time.monotonic()
