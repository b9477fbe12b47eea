"""gunicorn's settings: `gunicorn --config python:protocol_site.gunicorn protocol_site.wsgi`."""

import os
import sys

from protocol_site.environment import Environment, NotConfigured
from protocol_site.private import UMASK

_env = Environment()
bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
workers = _env.number("WEB_CONCURRENCY", 1, least=1)
threads = _env.number("WEB_THREADS", 8, least=1)
try:
    _env.insist()
except NotConfigured as error:
    sys.exit(str(error))
umask = UMASK
# The longest that gunicorn reads: what is shorter is ours to answer, with a page.
limit_request_line = 8190
preload_app = True
control_socket_disable = True
graceful_timeout = 10
timeout = 60
# A heartbeat file on a slow disk can stall a worker.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108
# Neither what was searched for nor where a person came from: those can name a case.
accesslog = os.environ.get("ACCESS_LOG") or None
logger_class = "protocol_site.access_log.Logger"
access_log_format = "%(t)s %(s)s %(m)s %(U)s %(M)sms"
loglevel = "warning"


def when_ready(server) -> None:
    """Say it when the product runs on the embedded database, and what is given up."""
    from django.conf import settings

    from protocol_site.environment import EMBEDDED_NOTICE

    if settings.EMBEDDED_DATABASE:
        server.log.warning(EMBEDDED_NOTICE, settings.DATABASES["default"]["NAME"])
