"""What every page of the demonstration knows: that it is one."""

from __future__ import annotations

from django.http import HttpRequest


def demo(request: HttpRequest) -> dict[str, object]:
    """`demo_mode` for every template. In the settings only where EVENHAND_DEMO=1."""
    return {"demo_mode": True}
