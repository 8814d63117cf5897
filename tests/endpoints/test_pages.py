"""What the public port answers to HTTP, without a socket."""

from __future__ import annotations

import gzip
from http import HTTPStatus

import pytest

from audience_server.endpoints.pages import Pages, content_security_policy, rendered
from audience_server.pages.page_set import studio_page_set

LONG = b"<p>" + b"x" * 5000


def pages() -> Pages:
    return Pages({"index.html": LONG, "app.js": b"1\n"}, lambda: b"checkpoint\n", {"tile/0/000.p/1": b"hash"}.get)


@pytest.mark.parametrize(
    ("accepted", "packed"),
    [
        ("gzip, br", True),
        ("br;q=1.0, gzip;q=0.8", True),
        ("gzip;q=0", False),
        ("gzip; q=0.0, br", False),
        ("gzip;q=0.01", True),
        ("br", False),
        ("", False),
    ],
)
def test_a_long_page_is_packed_for_whoever_can_unpack_it(accepted: str, packed: bool) -> None:
    """Half the air time of a slow Wi-Fi."""
    answer = pages().answer("GET", "/", {"accept-encoding": accepted})
    assert packed == (("Content-Encoding", "gzip") in answer.headers)
    assert LONG == (gzip.decompress(answer.body) if packed else answer.body)


def test_a_page_is_found_with_and_without_its_suffix() -> None:
    """`/desk` is what people type into a lent phone."""
    lent = Pages({"desk.html": LONG}, lambda: b"", lambda path: None)
    assert LONG == lent.answer("GET", "/desk", {}).body == lent.answer("GET", "/desk.html", {}).body
    assert HTTPStatus.NOT_FOUND == lent.answer("GET", "/des", {}).status


def test_what_would_not_shrink_goes_as_it_is() -> None:
    """A file of two bytes gets longer by packing."""
    assert b"1\n" == pages().answer("GET", "/app.js", {"accept-encoding": "gzip"}).body


@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}'])
def test_a_page_that_the_phone_has_is_not_sent_again(form: str) -> None:
    """Also when something on the way has weakened the tag or added another."""
    tag = dict(pages().answer("GET", "/", {}).headers)["ETag"]
    answer = pages().answer("GET", "/", {"if-none-match": form.format(tag)})
    assert (HTTPStatus.NOT_MODIFIED, b"") == (answer.status, answer.body)
    assert HTTPStatus.OK == pages().answer("GET", "/", {"if-none-match": '"old"'}).status


@pytest.mark.parametrize("host", ["192.168.8.2:8080", "studio.example", "[fe80::1]:8080", "[::1]", "localhost:1"])
def test_the_policy_names_the_socket_of_the_host(host: str) -> None:
    """For browsers whose 'self' does not mean websockets."""
    assert f"connect-src 'self' ws://{host} wss://{host};" in content_security_policy(host)


@pytest.mark.parametrize("host", ["", "a; script-src *", "a b", "a/b", "a:b", "*", "evil.example, x", "[::1]x"])
def test_what_is_no_host_never_gets_into_the_policy(host: str) -> None:
    """The header comes from outside."""
    assert "connect-src 'self';" in content_security_policy(host)


def test_every_answer_forbids_guessing_types_and_naming_where_one_came_from() -> None:
    """A card's code stands behind the # of the address, and nothing may leak even the address."""
    for target in ("/", "/app.js", "/health", "/record/checkpoint", "/record/tile/0/000.p/1", "/nothing"):
        head, _, _ = rendered(pages().answer("GET", target, {}), head_only=False).partition(b"\r\n\r\n")
        assert b"X-Content-Type-Options: nosniff" in head
        assert b"Referrer-Policy: no-referrer" in head


def test_a_head_request_is_told_the_length_and_nothing_more() -> None:
    """RFC 9110, section 9.3.2."""
    answer = pages().answer("HEAD", "/", {})
    data = rendered(answer, head_only=True)
    assert data.endswith(b"\r\n\r\n")
    assert f"Content-Length: {len(LONG)}".encode() in data


def test_health_says_when_the_store_has_failed() -> None:
    """A supervisor must see what the console shows in red."""
    for healthy, status in ((True, 200), (False, 503)):
        pages = Pages({}, lambda: b"", lambda path: None, lambda healthy=healthy: healthy)  # type: ignore[misc]
        assert status == pages.answer("GET", "/health", {}).status


def test_the_verifiers_page_brings_its_own_policy() -> None:
    """One file that also opens from disk: the door adds nothing that would forbid its one script."""
    pages = Pages(studio_page_set(), lambda: b"", lambda path: None)
    answer = pages.answer("GET", "/verify", {"host": "192.0.2.1:8080"})
    policy = dict(answer.headers)["Content-Security-Policy"]
    assert answer.status == HTTPStatus.OK
    assert "frame-ancestors 'none'" in policy
    assert "script-src" not in policy
    assert b"script-src 'sha256-" in answer.body
    air = pages.answer("GET", "/air", {"host": "192.0.2.1:8080"})
    assert "script-src 'self'" in dict(air.headers)["Content-Security-Policy"]
