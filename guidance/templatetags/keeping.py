"""Pieces of pages that are the same for everybody, made once until something public changes."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.utils.safestring import SafeString, mark_safe

from guidance.generation import remembered

register = template.Library()


class KeptNode(template.Node):
    """Renders what it holds, or gives what that was for the same name and keys."""

    child_nodelists = ("nodelist",)

    def __init__(self, name: str, keys: list[FilterExpression], nodelist: NodeList) -> None:
        self.name = name
        self.keys = keys
        self.nodelist = nodelist

    def render(self, context: Any) -> SafeString:
        user, request = context.get("user"), context.get("request")
        if user is None or user.is_authenticated or getattr(request, "is_preview", False):
            return self.nodelist.render(context)
        pieces = remembered(f"piece: {self.name}")
        key = tuple(each.resolve(context) for each in self.keys)
        if key not in pieces:
            pieces[key] = mark_safe(self.nodelist.render(context))  # what templates render is escaped
        piece: SafeString = pieces[key]
        return piece


@register.tag
def kept(parser: Parser, token: Token) -> KeptNode:
    """Keep what stands between this and `endkept`, for people who are not logged in.

    `{% kept "name" key another-key %}`: a name of its own, and every value of the context that the piece depends on. It
    may depend on nothing that a person answered or searched for: that would stay in memory.
    """
    _, name, *keys = token.split_contents()
    nodelist = parser.parse(("endkept",))
    parser.delete_first_token()
    return KeptNode(name.strip("\"'"), [parser.compile_filter(key) for key in keys], nodelist)
