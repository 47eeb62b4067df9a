"""How `make run` serves. No log line holds a query string: answers and searched words are nobody's business."""

import logging
import os
import re

from gunicorn.glogging import Logger  # type: ignore[import-untyped]  # it ships no types


class LoggerWithoutQueries(Logger):
    """The server names a request that it cannot read by its first line, query string and all: that is cut."""

    def setup(self, cfg):
        super().setup(cfg)
        self.error_log.addFilter(cut_queries)


def cut_queries(record: logging.LogRecord) -> bool:
    record.msg, record.args = re.sub(r"\?\S*", "?…", record.getMessage()), ()
    return True


bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = 4
preload_app = True
# The portal itself answers an address that is too long, in words (portal.middleware); the server would only hang up.
limit_request_line = 0
loglevel = "warning"
logger_class = LoggerWithoutQueries
accesslog = "-" if os.environ.get("ACCESS_LOG") else None
# The path alone: %(U)s has no query string, and neither Referer nor user agent is written.
access_log_format = '%(t)s "%(m)s %(U)s" %(s)s %(B)s %(M)sms'


def when_ready(server):
    address = f"http://localhost:{bind.rpartition(':')[2]}"
    print(f"\nThe portal is at {address}/\nLog in at {address}/admin/ (Ctrl+C stops it)\n", flush=True)  # noqa: T201 - the command's answer
