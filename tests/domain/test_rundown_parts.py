"""Each table by itself: defaults of the contract, exact numbers, witness keys."""

import datetime
from fractions import Fraction

from audience_server.domain.rundown import Confirm
from tests.notary.bundle_bytes import Signer
from tests.rules_samples import SMALL, errors_of, line_of, read

WITNESS = "notary.example+af8f1d35+BAcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH"


def test_defaults_are_those_of_the_contract() -> None:
    """What the file leaves out has the value that the README prints."""
    rundown = read(SMALL)
    session = rundown.session
    assert (60, 2000, 1.0, 8, 3.0, 8) == (
        session.window_seconds,
        session.tolerance_ms,
        session.batch_seconds,
        session.batch_min,
        session.batch_wait,
        session.spare_rounds,
    )
    assert ("zh-Hans", "never", "end", "next-round") == (
        session.language,
        session.running_counts,
        session.announce,
        session.late,
    )
    assert Confirm(("operator",), ("operator",)) == session.confirm
    assert (False, None, None) == (session.public_entries, session.url, rundown.witnesses)
    assert 20 == rundown.panel("deputies").invited
    assert datetime.date(2012, 12, 15) == session.date
    assert "redistribute" == rundown.result.empty_panel


def test_weights_and_scores_are_exact() -> None:
    """A decimal in quotes is a fraction, never a float."""
    rundown = read(SMALL)
    assert Fraction(3, 2) == rundown.criterion("speed").weight
    assert (Fraction(100), Fraction(60), Fraction(0), None) == tuple(
        option.score for option in rundown.scale_of("attitude").options
    )


def test_a_file_without_a_result_table_is_decided_by_the_vote_alone() -> None:
    rundown = read(SMALL[: SMALL.index("[result]")])
    assert [("vote", Fraction(100))] == [(channel.id, channel.weight) for channel in rundown.result.channels]
    assert 2 == rundown.result.places


def test_witnesses_are_read_with_their_quorum() -> None:
    text = SMALL + f'[witnesses]\nobservers = [ {{ name = "市统计局", witness = "{WITNESS}" }} ]\n'
    assert ["a quorum of nobody"] == [message[:18] for _, message in errors_of(text)]
    witnesses = read(text + "quorum = { observers = 1 }\n").witnesses
    assert witnesses is not None
    assert ("市统计局", WITNESS, None) == (
        witnesses.observers[0].name,
        witnesses.observers[0].witness,
        witnesses.observers[0].statement,
    )
    assert (0, 1) == (witnesses.quorum.notaries, witnesses.quorum.observers)


def test_a_key_has_one_voice_whatever_it_calls_itself() -> None:
    """One observer in two lists under two names would be a quorum of two."""
    first, other = (Signer(name, 4, bytes(32)).vkey for name in ("a.example/w", "b.example/w"))
    statement = Signer("a.example/s", 1, bytes(32)).vkey
    notaries = f'notaries = [ {{ name = "甲", witness = "{first}", statement = "{statement}" }} ]\n'
    text = SMALL + f'[witnesses]\n{notaries}observers = [ {{ name = "乙", witness = "{other}" }} ]\n'
    ((line, message),) = errors_of(text)
    assert line_of("notaries", text) == line
    assert message.startswith("two witnesses have the key ")


def test_a_mistyped_witness_key_is_refused() -> None:
    observer = f'[witnesses]\nobservers = [ {{ name = "市统计局", witness = "{WITNESS[:-1]}I" }} ]\n'
    text = SMALL + observer + "quorum = { observers = 1 }\n"
    ((line, message),) = errors_of(text)
    assert line_of("observers", text) == line
    assert "verifier key" in message
