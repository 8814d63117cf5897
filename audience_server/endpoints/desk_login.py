"""Whose request it is on the control port: a bearer token, `?token=` for button boxes, or the cookie of a page's link.

A cookie is taken from pages of this very port only; what changes something by GET needs the token itself, so that no
other page can press a button with somebody's cookie.
"""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs, urlsplit

from websockets.datastructures import Headers

from audience_server.domain.roles import Person
from audience_server.live_people import People

COOKIE = "touchstone"
LONGEST_TOKEN = 200


def query_of(target: str) -> dict[str, str]:
    """The first value of each name in the query."""
    try:
        return {
            name: values[0]
            for name, values in parse_qs(urlsplit(target).query, keep_blank_values=True, max_num_fields=40).items()
        }
    except ValueError:
        return {}


def by_token(people: People, target: str, headers: Headers) -> Person | None:
    """By the token itself: the Authorization header, else the query."""
    scheme, _, token = headers.get("Authorization", "").partition(" ")
    if scheme.casefold() != "bearer":
        token = query_of(target).get("token", "")
    return people.person_of(token) if 0 < len(token) <= LONGEST_TOKEN else None


def by_cookie(people: People, headers: Headers) -> Person | None:
    """By the cookie; a socket says where its page came from, and that must be here."""
    origin = headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != headers.get("Host", ""):
        return None
    try:
        cookie = SimpleCookie(headers.get("Cookie", "")).get(COOKIE)
    except CookieError:
        return None
    return people.person_of(cookie.value) if cookie is not None and 0 < len(cookie.value) <= LONGEST_TOKEN else None


def cookie_header(token: str) -> str:
    """Kept for the browser's life, read by no script, sent to no other site."""
    return f"{COOKIE}={token}; HttpOnly; SameSite=Strict; Path=/"
