"""Sending a form as a browser does: with whatever its page hides in it."""

from __future__ import annotations

from django.http import HttpResponse
from django.test import Client

from frontend import mark


def opened(client: Client, address: str) -> dict:
    """What a page would send by itself: the values of the hidden fields of its form."""
    page = client.get(address)
    form = page.context and page.context.get("form")
    found = {field.html_name: field.value() for field in form.hidden_fields()} if form else {}
    # Beside the token: in which capacity the form was drawn, for whoever has several.
    acting = page.context and page.context.get("acting")
    return found | ({mark.FIELD: acting.key} if acting else {})


def send(client: Client, address: str, values: dict | None = None) -> HttpResponse:
    """Open a page and send its form."""
    return client.post(address, opened(client, address) | (values or {}))
