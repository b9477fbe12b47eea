"""gunicorn's two logs: a line is a line, and no token of a mailed link stands in it."""

from __future__ import annotations

from urllib.parse import quote

from gunicorn.glogging import Logger as Theirs

from protocol_site.logs import Tokenless, without_tokens

# What a path may hold as it is; a line break, a space or a letter of no plain alphabet is percent-encoded.
PLAIN = "/()-._~!$&'*+,;=:@"


class Logger(Theirs):
    """Named by `logger_class`. The path is written without its tokens, encoded as it was sent."""

    def setup(self, cfg) -> None:
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(Tokenless(self.error_fmt, self.datefmt))

    def atoms(self, resp, req, environ, request_time):
        found = super().atoms(resp, req, environ, request_time)
        # WSGI hands the bytes of a path as Latin-1.
        path = (found["U"] or "").encode("latin-1", "replace")
        shown = without_tokens(path.decode("utf-8", "replace"))
        return found | {"U": quote(shown, safe=PLAIN)}
