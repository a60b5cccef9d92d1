"""What tests of pages share: addresses, reading as a user does, what a strict policy forbids."""

import re
from html.parser import HTMLParser
from typing import Any

from django.test import Client
from django.urls import reverse


class Markup(HTMLParser):
    """Collects what a strict content security policy would block."""

    def __init__(self) -> None:
        super().__init__()
        self.inline: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note inline scripts, styles and handlers."""
        given = dict(attrs)
        if tag == "style" or (tag == "script" and "src" not in given):
            self.inline.append(f"<{tag}>")
        self.inline += [f"{tag} {name}=" for name in given if name == "style"]
        self.inline += [f"{tag} {name}=" for name in given if name.startswith("on")]
        self.inline += [
            f"{tag} {name}={value}" for name, value in given.items()
            if name in {"href", "src", "action", "formaction"}
            and (value or "").strip().lower().startswith("javascript:")
        ]  # fmt: skip


def inline_parts(html: str) -> list[str]:
    """What `script-src 'self'; style-src 'self'` blocks on a page."""
    markup = Markup()
    markup.feed(html)
    return markup.inline


def words(html: str) -> str:
    """A page's text, without its tags, in one line."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def listing(model: type) -> str:
    """The address of a model's list."""
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def page(row: Any, name: str = "change") -> str:
    """The address of a row's page."""
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_{name}", args=[row.pk])


def button(row: Any, name: str) -> str:
    """The address that a row's button posts to."""
    opts = row._meta
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_do", args=[row.pk, name])


def run_action(client: Client, model: type, name: str, rows: list[Any], **fields: Any) -> list[str]:
    """Run an action of a list on some rows; returns what the page that follows says of each."""
    data = {"action": name, "_selected_action": [row.pk for row in rows], "index": "0", **fields}
    response = client.post(listing(model), data, follow=True)
    outcomes = (response.context or {}).get("outcomes", [])
    return [f"{one.name}: {one.text}" for one, _ in outcomes] + told(response)


def told(response: Any) -> list[str]:
    """The messages on a page."""
    return [str(message) for message in response.context["messages"]]
