"""Simulated choices fit every grammar, and depend on the seed alone."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from audience_server.audience.card_keys import CardKeys, code_of_link
from audience_server.audience.choice_model import Temper, choose
from audience_server.domain.ballots import BallotForm, Choice
from audience_server.domain.rundown_file import read_rundown
from audience_server.record.ballots import parse_ballot, parse_present
from audience_server.record.forms import FormError
from tests.show_rig import SMALL_SESSION
from tests.test_round_kinds import TWO_CRITERIA, with_rounds

SHEET = '[[round]]\nid = "r01"\nkind = "sheet"\nunits = ["*"]\n'
SELECT = '[[round]]\nid = "r01"\nkind = "select"\nunits = ["*"]\nchoose = 2\n'
FORMS = []
for text in (SMALL_SESSION, TWO_CRITERIA, with_rounds(TWO_CRITERIA, SHEET), with_rounds(SMALL_SESSION, SELECT)):
    rundown = read_rundown(text.encode(), "test.toml")
    FORMS.append(BallotForm(rundown.rounds[0], rundown))


@given(st.sampled_from(FORMS), st.integers(0, 10_000), st.floats(0, 1), st.floats(0, 1))
def test_every_choice_fits_its_grammar(form: BallotForm, seed: int, abstain: float, blank: float) -> None:
    """The strict reader of the server takes it."""
    temper = Temper(abstain=abstain, leave_blank=blank)
    choice = choose(form.grammar, "deputies", "edu", seed, temper, Random(seed))
    assert isinstance(form.check(choice), Choice), choice
    assert choice == choose(form.grammar, "deputies", "edu", seed, temper, Random(seed))


def test_keys_sign_what_the_server_reads() -> None:
    """From the link on the card to a ballot."""
    link = "http://192.168.8.2:8080/#c1.4YG6Y479AU7VL5CGBUN2"
    keys = CardKeys.of_code(code_of_link(link))
    assert parse_present(keys.present("rig.example/s").encode(), "rig.example/s").verify()
    ballot = keys.ballot("rig.example/s", "r01.2", 3, "1")
    parsed = parse_ballot(ballot["entry"].encode(), "rig.example/s")
    assert parsed.verify()
    assert ("r01.2", 3) == (parsed.window, parsed.q)


@given(st.text(max_size=60))
def test_what_is_no_link_is_refused(text: str) -> None:
    """In words."""
    try:
        code_of_link(text)
    except (FormError, ValueError):
        return
    raise AssertionError(text)
