"""Django's `{% csrf_token %}` with the mark of frontend/mark.py beside it. A builtin: no template loads it."""

from django import template
from django.template.defaulttags import CsrfTokenNode
from django.utils.html import format_html

from frontend import mark

register = template.Library()


class MarkedTokenNode(CsrfTokenNode):
    def render(self, context) -> str:
        token = super().render(context)
        if not (token and (drawn := mark.current())):
            return token
        return token + format_html('<input type="hidden" name="{}" value="{}">', mark.FIELD, drawn)


@register.tag
def csrf_token(parser, token) -> MarkedTokenNode:
    return MarkedTokenNode()
