"""What a card points to: `<base-url>/#c1.<code>[.<anchor>]`.

The code stands in the fragment, which browsers never send; the anchor ties the card to the first notary's keys.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
from urllib.parse import urlsplit

from audience_server.domain.rundown import Rundown
from audience_server.reports.card_issue import Issue


class BadBaseUrl(ValueError):
    """The address cannot stand on a card."""


def base_url(text: str) -> str:
    """`text` without a slash at its end; the reason it cannot stand on a card is the caller's to explain."""
    try:
        parts = urlsplit(text)
        fits = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        raise BadBaseUrl(text) from None
    if not fits or "?" in text or "#" in text or "@" in parts.netloc or not text.isascii() or not text.isprintable():
        raise BadBaseUrl(text)
    if " " in text:
        raise BadBaseUrl(text)
    return text.rstrip("/")


def anchor_of(rundown: Rundown) -> str | None:
    """The digest of the first notary's two keys, 22 characters; None where no notary is named."""
    if rundown.witnesses is None or not rundown.witnesses.notaries:
        return None
    first = rundown.witnesses.notaries[0]
    digest = hashlib.sha256(f"{first.witness}\n{first.statement}\n".encode()).digest()
    return base64.urlsafe_b64encode(digest[:16]).decode().rstrip("=")


def card_link(base: str, code: str, anchor: str | None = None) -> str:
    return f"{base}/#c1.{code}" + (f".{anchor}" if anchor else "")


def links_csv(issue: Issue, base: str, anchor: str | None) -> bytes:
    """`panel,serial,link`, one card a row. Whoever has this file can vote for everybody in it."""
    table = io.StringIO(newline="")
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(["panel", "serial", "link"])
    writer.writerows([card.panel, card.serial, card_link(base, card.code, anchor)] for card in issue.cards)
    return table.getvalue().encode()
