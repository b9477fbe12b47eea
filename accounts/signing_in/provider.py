"""The council's own sign-in service (OpenID Connect): going there, and what its answer is worth.

django-allauth brings the code flow: the state in the session, PKCE, the exchange of the code. It checks
neither a nonce nor, of a token that it fetched itself, the signature, nor whose metadata it read; that is
done here (docs/adr/0022-single-sign-on.md). Reads only. Nothing that it fetches is kept.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit

import jwt
import requests
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, get_adapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.urls import reverse
from django.utils.crypto import constant_time_compare

# Of keys in two halves only: whoever can read a secret of ours could otherwise sign for the provider.
ALGORITHMS = (
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512", "EdDSA"),
)
CLAIMS = ("iss", "sub", "aud", "exp", "iat", "nonce")
SLACK = 60  # seconds that two clocks may differ
LONGEST_SUBJECT = 191  # what the column holds
# `email_verified`, and Entra's `xms_edov` ("the owner of the domain was verified"), as they are written.
VERIFIED = (True, "true", "1")
SIGN_IN, CONNECT, CONFIRM = "sign_in", "connect", "confirm"
# Connecting and confirming want somebody who types, not a browser that is still signed in there.
AFRESH = {"prompt": "login", "max_age": "0"}


@dataclass(frozen=True)
class Errand:
    """Why somebody was sent to the provider.

    `who` was signed in then (their number, or None), `began` is in seconds of the clock, `onward` is a
    path of ours, and `kept` what they had typed before (accounts/kept.py), or "".
    """

    purpose: str
    who: int | None
    began: float
    onward: str
    kept: str


@dataclass(frozen=True)
class Said:
    """What the provider vouches for: who it is, by its own lasting name for them (`subject`).

    `at`: when they gave it their password or the like, in seconds; None where it does not say. `stepped`:
    it says that it asked for a second factor. `email`: an address that it has verified, or "".
    """

    subject: str
    at: float | None
    stepped: bool
    email: str


class Failed(Exception):
    """It came to nothing. `words` say so; `why` is a key for the ledger where somebody may be cheating."""

    def __init__(self, words: str, *, why: str = "", errand: Errand | None = None):
        self.words, self.why, self.errand = words, why, errand
        super().__init__(why or words)


class NobodySignsUp(DefaultSocialAccountAdapter):
    """Named by SOCIALACCOUNT_ADAPTER."""

    def is_open_for_signup(self, request, sociallogin) -> bool:
        return False

    def get_requests_session(self) -> requests.Session:
        """One that goes nowhere else than where it is sent: a code or secret is for one address."""
        session = super().get_requests_session()
        session.max_redirects = 0
        return session


class Endpoints(OpenIDConnectOAuth2Adapter):
    """allauth's part of the flow, for the one provider that the environment names."""

    def get_provider(self) -> CouncilsProvider:
        return CouncilsProvider(self.request, app=_app())

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        """By BASE_URL: what a request says of its host is anybody's."""
        return settings.BASE_URL + reverse("single-sign-on-return")

    @cached_property
    def openid_config(self) -> dict:
        """What the provider says of itself; Failed unless it is who the environment names."""
        found = _fetched(self.get_provider().server_url)
        if found.get("issuer") != settings.OIDC_ISSUER:
            raise Failed(_wrong(), why="metadata")
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            if not _sound(found.get(name)):
                raise Failed(_wrong(), why="metadata")
        return found


class CouncilsProvider(OpenIDConnectProvider):
    oauth2_adapter_class = Endpoints


def offered() -> bool:
    """Whether this council has single sign-on."""
    return bool(settings.OIDC_ISSUER)


def name() -> str:
    """What the button says, after “Sign in with”."""
    return settings.OIDC_NAME


def _at_first() -> str:
    """The same, where a sentence begins with it."""
    return name()[:1].upper() + name()[1:]


def away(request: HttpRequest, errand: Errand) -> str:
    """Where to send the browser. The errand waits in its session for ten minutes. Failed."""
    nonce = secrets.token_urlsafe(32)
    asked = AFRESH if errand.purpose != SIGN_IN else {"max_age": str(settings.SESSION_COOKIE_AGE)}
    scope = ["openid", "email"] if settings.OIDC_LINKS_BY_EMAIL else ["openid"]
    waiting = {
        "nonce": nonce,
        "who": errand.who,
        "began": errand.began,
        "onward": errand.onward,
        "kept": errand.kept,
    }
    provider = CouncilsProvider(request, app=_app())
    there = provider.redirect(
        request, errand.purpose, data=waiting, auth_params={"nonce": nonce, **asked}, scope=scope
    )
    return there.url


def answer(request: HttpRequest) -> tuple[Errand, Said]:
    """What came back with the browser, and what for; both are used up by it. Failed."""
    provider = CouncilsProvider(request, app=_app())
    try:
        state = provider.unstash_redirect_state(request, request.GET.get("state", ""))
    except PermissionDenied:
        raise Failed(
            "That sign-in was not begun in this browser, or it took longer than 10 minutes. "
            "Nobody was signed in. Begin again.",
            why="state",
        ) from None
    waiting = state["data"]
    nonce = waiting.pop("nonce")
    errand = Errand(purpose=state["process"], **waiting)
    try:
        return errand, _said(request, provider, errand, nonce, state["pkce_code_verifier"])
    except Failed as failed:
        failed.errand = errand
        raise


def _said(request, provider, errand: Errand, nonce: str, verifier: str) -> Said:
    adapter = provider.get_oauth2_adapter(request)
    sender = request.GET.get("iss")
    if sender is not None and sender != settings.OIDC_ISSUER:
        raise Failed(_wrong(), why="sender")
    if "error" in request.GET or "code" not in request.GET:
        raise Failed(_refused(request.GET.get("error", "")))
    if sender is None and adapter.openid_config.get(
        "authorization_response_iss_parameter_supported"
    ):
        raise Failed(_wrong(), why="sender")
    tokens = _exchanged(request, provider, adapter, verifier)
    claims = verified(tokens.get("id_token"), adapter.openid_config["jwks_uri"], nonce)
    at = claims.get("auth_time")
    at = float(at) if isinstance(at, (int, float)) and not isinstance(at, bool) else None
    if (
        errand.purpose == SIGN_IN
        and at is not None
        and at < time.time() - settings.SESSION_COOKIE_AGE - SLACK
    ):
        raise Failed(
            f"You signed in to {name()} too long ago. Sign out of it, and begin again.", why="age"
        )
    email = _address(adapter, claims, tokens) if errand.purpose == SIGN_IN else ""
    return Said(claims["sub"], at, _stepped(claims), email)


def _exchanged(request, provider, adapter: Endpoints, verifier: str) -> dict:
    """What the provider gives for the code: good once, and only with our secret and the verifier."""
    try:
        client = adapter.get_client(request, provider.app)
        return adapter.get_access_token_data(
            request, provider.app, client, pkce_code_verifier=verifier
        )
    except requests.RequestException:
        raise Failed(_unreachable()) from None
    except (AttributeError, LookupError, OAuth2Error, TypeError, ValueError):
        # Without its cause, which may quote what came.
        raise Failed(_wrong(), why="code") from None


def verified(token: object, keys_at: str, nonce: str) -> dict:
    """The claims of an ID token that the provider signed, for us, for this sign-in, and now. Failed."""
    try:
        header = jwt.get_unverified_header(token)
        keys = [
            key
            for key in jwt.PyJWKSet.from_dict(_fetched(keys_at)).keys
            if key.public_key_use in (None, "sig") and header.get("kid") in (None, key.key_id)
        ]
        if len(keys) != 1:
            raise Failed(_wrong(), why="key")
        claims = jwt.decode(
            token,
            keys[0],
            algorithms=ALGORITHMS,
            audience=settings.OIDC_CLIENT_ID,
            issuer=settings.OIDC_ISSUER,
            leeway=SLACK,
            options={"require": list(CLAIMS)},
        )
    except (jwt.PyJWTError, AttributeError, LookupError, TypeError, ValueError):
        raise Failed(_wrong(), why="token") from None
    only_us = claims["aud"] in (settings.OIDC_CLIENT_ID, [settings.OIDC_CLIENT_ID])
    if not only_us or claims.get("azp", settings.OIDC_CLIENT_ID) != settings.OIDC_CLIENT_ID:
        raise Failed(_wrong(), why="audience")
    if not constant_time_compare(str(claims["nonce"]), nonce):
        raise Failed(_wrong(), why="nonce")
    subject = claims["sub"]
    if not (subject.isascii() and subject.isprintable() and 0 < len(subject) <= LONGEST_SUBJECT):
        raise Failed(_wrong(), why="subject")
    return claims


def _stepped(claims: dict) -> bool:
    """Whether it says that it asked for the second factor that the council takes in place of ours."""
    wanted, said = settings.OIDC_SECOND_STEP, [claims.get("acr")]
    for claim in ("amr", "acrs"):
        said += claims[claim] if isinstance(claims.get(claim), list) else []
    return bool(wanted) and wanted in said


def _address(adapter: Endpoints, claims: dict, tokens: dict) -> str:
    """The address that the provider says it has verified, where the council takes its word; else ""."""
    if not settings.OIDC_LINKS_BY_EMAIL:
        return ""
    there = adapter.openid_config.get("userinfo_endpoint")
    if not claims.get("email") and _sound(there):
        try:
            more = _fetched(there, {"Authorization": f"Bearer {tokens['access_token']}"})
        except Failed:
            return ""
        # Somebody else's answer would be somebody else's address.
        claims = more if more.get("sub") == claims["sub"] else {}
    vouched = any(claims.get(claim) in VERIFIED for claim in ("email_verified", "xms_edov"))
    email = claims.get("email")
    return email if vouched and isinstance(email, str) and email.isprintable() else ""


def _app() -> SocialApp:
    """For allauth; never in the database, where a row would be another way in."""
    return SocialApp(
        provider=OpenIDConnectProvider.id,
        provider_id=settings.OIDC_ISSUER,
        client_id=settings.OIDC_CLIENT_ID,
        secret=settings.OIDC_CLIENT_SECRET,
        settings={
            "server_url": settings.OIDC_ISSUER.rstrip("/"),
            "oauth_pkce_enabled": True,
        },
    )


def _fetched(url: str, headers: dict[str, str] | None = None) -> dict:
    """An object of JSON. Failed where it cannot be had."""
    try:
        with get_adapter().get_requests_session() as session:
            response = session.get(url, headers=headers)
            response.raise_for_status()
            found = response.json()
    except requests.RequestException:
        raise Failed(_unreachable()) from None
    if not isinstance(found, dict):
        raise Failed(_wrong(), why="metadata")
    return found


def _sound(url: object) -> bool:
    """Whether a secret may go there: encrypted, unless the provider is the developer's own."""
    if not isinstance(url, str):
        return False
    try:
        there, issuer = urlsplit(url), urlsplit(settings.OIDC_ISSUER)
    except ValueError:
        return False
    if there.scheme == "https":
        return bool(there.hostname)
    return (there.scheme, there.netloc) == (issuer.scheme, issuer.netloc) and url.isprintable()


def _unreachable() -> str:
    return (
        f"{_at_first()} cannot be asked at the moment. Wait a minute and try again, or sign "
        "in with your email address and password."
    )


def _wrong() -> str:
    return (
        f"What came back from {name()} cannot be trusted, so nothing was done. Begin again. If it "
        "happens again, tell whoever looks after your council’s computers."
    )


def _refused(error: str) -> str:
    if error == "access_denied":
        return f"You did not finish signing in with {name()}. Begin again, or use your password."
    return (
        f"{_at_first()} did not let you in. Begin again, or use your password. If it happens "
        "again, tell whoever looks after your council’s computers."
    )
