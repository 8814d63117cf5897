"""What a card points to."""

import base64
import hashlib

import msgspec
import pytest

from audience_server.domain.rundown import Quorum, Rundown, Witness, Witnesses
from audience_server.reports.card_issue import Card, Issue
from audience_server.reports.card_links import BadBaseUrl, anchor_of, base_url, card_link, links_csv
from tests.reports.card_session import card_session


def witnessed(statement: str | None = "n1+00+BBBB") -> Rundown:
    notary = Witness("公证员甲", "n1+00+AAAA", statement)
    return msgspec.structs.replace(card_session(), witnesses=Witnesses((notary,), (), Quorum(1, 0)))


def test_a_link_keeps_the_code_in_the_fragment() -> None:
    assert card_link("http://h:8080", "C" * 20, None) == "http://h:8080/#c1." + "C" * 20
    assert card_link("http://h/tv", "C" * 20, "anchor") == "http://h/tv/#c1." + "C" * 20 + ".anchor"


def test_the_anchor_is_the_digest_of_the_first_notarys_keys() -> None:
    """FORMAT.md 3: base64url(SHA-256(witness vkey LF statement vkey LF)[0:16]), 22 characters without padding."""
    digest = hashlib.sha256(b"n1+00+AAAA\nn1+00+BBBB\n").digest()[:16]
    assert base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == anchor_of(witnessed())
    assert len(anchor_of(witnessed()) or "") == 22


def test_a_session_without_a_notary_has_no_anchor() -> None:
    assert anchor_of(card_session()) is None


@pytest.mark.parametrize("url", ["http://192.168.8.2:8080", "https://tv.example/", "http://[fd00::1]:80/vote//"])
def test_an_address_loses_only_its_last_slashes(url: str) -> None:
    assert url.rstrip("/") == base_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "192.168.8.2:8080",
        "ftp://h",
        "http://",
        "http://h:99999",
        "http://h/#x",
        "http://h/?q=1",
        "http://u:p@h",
        "http://h h",
        "http://主机",
        "http://h\n",
        "http://[h",
        "",
    ],
)
def test_an_address_that_cannot_stand_on_a_card_is_refused(url: str) -> None:
    with pytest.raises(BadBaseUrl):
        base_url(url)


def test_the_links_file_has_a_row_a_card() -> None:
    """the README: rows panel,serial,link."""
    issue = Issue("o", (Card("deputies", 1, "A" * 20), Card("citizens", 2, "B" * 20)), {})
    assert (
        f"panel,serial,link\ndeputies,1,http://h/#c1.{'A' * 20}.x\ncitizens,2,http://h/#c1.{'B' * 20}.x\n"
    ).encode() == links_csv(issue, "http://h", "x")
