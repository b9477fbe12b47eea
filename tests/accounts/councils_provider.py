"""A small provider of OpenID Connect that a test can make lie. tests/journeys has a real one."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import threading
import time
from dataclasses import dataclass, field
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key

CLIENT, SECRET = "evenhand", "a secret of a test"
RETURN = "/sign-in/elsewhere/return/"


@dataclass
class Provider:
    """What it says is `claims` over what is right; `metadata`, `keys`, `signed` and `answers` likewise."""

    issuer: str
    key: RSAPrivateKey
    claims: dict = field(default_factory=dict)
    metadata: dict = field(default_factory=dict)
    userinfo: dict = field(default_factory=dict)
    # How the token is made, where not as it should be: of its claims, the token.
    signed: object = None
    # A status instead of an answer, by path.
    answers: dict[str, int] = field(default_factory=dict)
    grants: dict[str, dict] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def behave(self) -> None:
        """As a provider should, again."""
        for name in ("claims", "metadata", "userinfo", "answers", "grants"):
            setattr(self, name, {})
        self.signed, self.asked = None, []

    def let_in(self, there: str, subject: str, **claims) -> dict[str, str]:
        """What comes back with the browser that was sent `there`, once `subject` signed in."""
        asked = dict(parse_qsl(urlsplit(there).query))
        code = uuid4().hex
        self.grants[code] = {"asked": asked, "sub": subject, "claims": claims, "at": time.time()}
        return {"code": code, "state": asked["state"], "iss": self.issuer}

    # What it answers -------------------------------------------------------------------------------

    def configuration(self) -> dict:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
            "authorization_response_iss_parameter_supported": True,
            **self.metadata,
        }

    def jwks(self) -> dict:
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [{**public, "kid": "one", "use": "sig", "alg": "RS256"}]}

    def tokens(self, sent: dict[str, str]) -> dict | None:
        """For a code that is good, once, with the secret and the verifier; None for any other."""
        grant = self.grants.pop(sent.get("code"), None)
        digest = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if (
            grant is None
            or (sent["client_id"], sent["client_secret"]) != (CLIENT, SECRET)
            or grant["asked"]["code_challenge"] != challenge
            or grant["asked"]["redirect_uri"] != sent["redirect_uri"]
        ):
            return None
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "sub": grant["sub"],
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": grant["asked"]["nonce"],
            "auth_time": int(grant["at"]),
            **grant["claims"],
            **self.claims,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        make = self.signed or self.sign
        return {"access_token": "opaque", "token_type": "Bearer", "id_token": make(claims)}

    def sign(self, claims: dict, **more) -> str:
        return jwt.encode(claims, self.key, "RS256", headers={"kid": "one", **more})


def handler_of(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.answer(
                {
                    "/.well-known/openid-configuration": provider.configuration,
                    "/keys": provider.jwks,
                    "/userinfo": lambda: provider.userinfo,
                }.get(self.path, lambda: None)()
            )

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self.answer(provider.tokens(dict(parse_qsl(body))))

        def answer(self, found):
            provider.asked.append(self.path)
            status = provider.answers.get(self.path, 400 if found is None else 200)
            body = json.dumps(found).encode() if status != 204 else b""
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            if 300 <= status < 400:
                self.send_header("Location", f"{provider.issuer}/elsewhere")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            """Tests are quiet."""

    return Handler


def started() -> tuple[Provider, ThreadingHTTPServer]:
    """Listening on a free port of this machine."""
    provider = Provider("", generate_private_key(65537, 2048))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(provider))
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}).start()
    return provider, server


def offered(issuer: str) -> dict[str, object]:
    """The settings of single sign-on, as the environment would set them."""
    return {
        "OIDC_ISSUER": issuer,
        "OIDC_CLIENT_ID": CLIENT,
        "OIDC_CLIENT_SECRET": SECRET,
        "OIDC_NAME": "your council account",
        "OIDC_LINKS_BY_EMAIL": False,
        "OIDC_SECOND_STEP": "",
    }


def offer(settings, issuer: str) -> None:
    """For one test, by pytest-django's `settings`."""
    for name, value in offered(issuer).items():
        setattr(settings, name, value)


# Somebody at a browser -----------------------------------------------------------------------------


def sent_to(answer) -> str:
    """Where a page leads on to by itself."""
    return unescape(re.search(r'content="0; url=([^"]+)"', answer.content.decode())[1])


def set_out(client, path: str = "/sign-in/elsewhere/", **posted) -> str:
    return sent_to(client.post(path, posted))


def come_back(client, back: dict[str, str], **more):
    return client.get(f"{RETURN}?{urlencode({**back, **more})}")


def sign_in(client, provider: Provider, subject: str, posted: dict | None = None, **claims):
    there = set_out(client, **(posted or {}))
    return come_back(client, provider.let_in(there, subject, **claims))
