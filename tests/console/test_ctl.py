"""`touchstone ctl` as a real process against a real control port: one JSON object a call, fixed exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.console.console_rig import TWO_CHANNELS, Ctl, ctl, desk
from tests.show_rig import settle

CHANNEL = "unit,score\nedu,80\nenv,70.5\n"


async def test_a_whole_round_from_a_shell(tmp_path: Path) -> None:
    """zero, cue, open, extend, close, lock, reveal: each answers one object and ends with 0."""
    async with desk(tmp_path) as running:
        phones = await running.show.phones(3)
        assert {"index", "size"} <= (await running.ctl("zero")).answer.keys()
        assert "edu" == (await running.ctl("cue", "next")).answer["cue"]["unit"]
        opened = (await running.ctl("open", "r01", "--seconds", "45")).answer
        assert ("r01", "r01", 45, "open") == tuple(opened[key] for key in ("round", "window", "seconds", "state"))
        await running.show.cast_all(phones, "r01", ["1", "1", "4"])
        assert 0 == (await running.ctl("extend", "r01", "--seconds", "15", "--reason", "信号中断")).status
        assert "closed" == (await running.ctl("close", "r01", "--reason", "都已提交")).answer["state"]
        locked = (await running.ctl("lock", "r01")).answer
        assert {"round", "window", "state", "index", "size", "fingerprint", "by"} == set(locked)
        assert {"yes": 2, "fair": 0, "no": 0, "dk": 1} == locked["by"]["deputies"]["counts"]["overall"]
        assert "r01" == (await running.ctl("reveal", "r01")).answer["revealed"]
        assert {"revealed": None} == (await running.ctl("reveal", "none")).answer


async def test_status_is_the_picture_and_results_the_results(tmp_path: Path) -> None:
    """`status` holds what the README names; the wire's own fields are left out."""
    async with desk(tmp_path, rehearsal=True) as running:
        status = (await running.ctl("status")).answer
        assert {"kind", "phase", "cue", "connected", "record", "waiting_for", "rounds", "join_url"} <= set(status)
        assert not {"type", "id"} & set(status)
        assert ("rehearsal", "before", 1) == (status["kind"], status["phase"], status["record"]["size"])
        results = (await running.ctl("results")).answer
        assert ({"units", "complete"}, False) == (set(results), results["complete"])


async def test_a_session_is_played_to_its_seal(tmp_path: Path) -> None:
    """Void, hold again, not held, channel, remark, incident, seal."""
    csv = tmp_path / "sms.csv"
    csv.write_text(CHANNEL, "utf-8")
    async with desk(tmp_path, TWO_CHANNELS) as running:
        phones = await running.show.phones(2)
        await running.ctl("zero")
        await running.show.hold("r01", phones, ["1", "2"])
        assert 0 == (await running.ctl("void-round", "r01", "--reason", "投影有误")).status
        opened = (await running.ctl("open", "r01")).answer
        assert "r01.2" == opened["window"]
        await running.show.cast_all(phones, "r01.2", ["1", "1"])
        assert "locked" == (await running.ctl("lock", "r01")).answer["state"]
        assert 0 == (await running.ctl("not-held", "r02", "--reason", "单位缺席")).status
        imported = (await running.ctl("channel", "sms", str(csv))).answer
        assert ("sms", 2) == (imported["channel"], imported["units"])
        assert 0 == (await running.ctl("remark", "主持人口误,已更正")).status
        assert 0 == (await running.ctl("incident", "--kind", "network", "无线网中断一分钟")).status
        assert (1, "unknown_objection") == _refusal(await running.ctl("incident", "--kind", "decision", "维持"))
        for text in ("票数有异议", "计时有异议"):
            objected = (await running.ctl("incident", "--kind", "objection", text)).answer["index"]
        decision = ("incident", "--kind", "decision", "维持原结果")
        unnamed = await running.ctl(*decision)
        assert (1, "unknown_objection") == _refusal(unnamed)
        assert "--about" in unnamed.answer["message"]
        assert 0 == (await running.ctl(*decision, "--about", str(objected))).status
        assert {"index", "size"} <= (await running.ctl("seal")).answer.keys()
        assert (1, "sealed") == _refusal(await running.ctl("zero"))


async def test_a_refusal_is_an_answer_with_a_sentence(tmp_path: Path) -> None:
    """{"refused": CODE, "message": …} and exit code 1."""
    async with desk(tmp_path) as running:
        refused = await running.ctl("open", "r01")
        assert (1, "not_zeroed") == (refused.status, refused.answer["refused"])
        assert {"refused", "message"} == set(refused.answer)
        assert refused.answer["message"]
        assert (1, "unknown_round") == _refusal(await running.ctl("lock", "r77"))


async def test_open_refuses_another_units_cue_until_told_so(tmp_path: Path) -> None:
    async with desk(tmp_path) as running:
        await running.ctl("zero")
        await running.ctl("cue", "next")
        refused = await running.ctl("open", "r02")
        assert (1, "cue_mismatch") == _refusal(refused)
        assert "--despite-cue" in refused.answer["message"]
        assert "r02" == (await running.ctl("open", "r02", "--despite-cue")).answer["window"]


async def test_a_command_given_to_a_stale_picture_is_refused(tmp_path: Path) -> None:
    """`--at` is the record size that was looked at."""
    async with desk(tmp_path) as running:
        seen = (await running.ctl("status")).answer["record"]["size"]
        await running.ctl("zero")
        assert (1, "stale") == _refusal(await running.ctl("--at", str(seen), "open", "r01"))
        assert 0 == (await running.ctl("--at", str(seen + 1), "open", "r01")).status


async def test_a_card_is_voided_by_its_code_which_never_travels(tmp_path: Path) -> None:
    """Keys are derived here; the voided card is refused, at the door and in the next round."""
    async with desk(tmp_path) as running:
        phones = await running.show.phones(2)
        await running.ctl("zero")
        code_file = tmp_path / "code.txt"
        code_file.write_text(running.show.issue.cards[0].code + "\n", "ascii")
        voided = await running.ctl("void-card", "--code-file", str(code_file), "--serial", "1", "--reason", "丢失")
        assert 0 == voided.status, voided
        await running.ctl("open", "r01")
        entry, nonce = phones[0].ballot("r01", "1")
        outcome = await running.show.session.cast(phones[0].seat, entry, nonce, "1")
        assert "card_void" == outcome.code.value  # type: ignore[union-attr]
        await settle()


async def test_the_graphics_can_be_driven_from_a_shell(tmp_path: Path) -> None:
    """Preview, take, clear; a scene that may not be shown is refused; a report that is none is bad usage."""
    async with desk(tmp_path) as running:
        shown = await running.ctl("air", "unit", "edu", "--preview")
        assert "unit" == shown.answer["preview"]["scene"]
        assert "unit" == (await running.ctl("air", "take")).answer["programme"]["scene"]
        assert None is (await running.ctl("air", "clear")).answer["programme"]
        assert (1, "not_revealed") == _refusal(await running.ctl("air", "result", "r01"))
        (tmp_path / "report.json").write_text("{}")
        bad = await running.ctl("recount", "r01", "--report", str(tmp_path / "report.json"))
        assert 2 == bad.status


async def test_voiding_by_serial_needs_the_notarys_list() -> None:
    refused = await ctl("void-card", "--serial", "3", "--reason", "丢失")
    assert (1, "unavailable") == _refusal(refused)
    assert "--code-file" in refused.answer["message"]


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("dance",),
        ("cue",),
        ("extend", "r01", "--seconds", "30"),
        ("open", "r01", "--seconds", "0"),
        ("open", "r01", "--seconds", "soon"),
        ("channel", "sms"),
    ],
)
async def test_bad_usage_ends_with_2_and_says_what_would_be_right(words: tuple[str, ...]) -> None:
    said = await ctl(*words)
    assert (2, "") == (said.status, said.out)
    assert "usage:" in said.err


async def test_a_file_that_cannot_be_read_ends_with_2_and_its_name(tmp_path: Path) -> None:
    async with desk(tmp_path) as running:
        for words in (("channel", "sms", "none.csv"), ("hand", "none.toml")):
            said = await running.ctl(*words)
            assert (2, "") == (said.status, said.out)
            assert words[-1] in said.err
        code = tmp_path / "code.txt"
        code.write_text("not a code", "ascii")
        said = await running.ctl("void-card", "--code-file", str(code), "--reason", "丢失")
        assert 2 == said.status
        assert "code.txt" in said.err


async def test_a_bad_channel_file_is_refused_by_the_session_with_its_line(tmp_path: Path) -> None:
    csv = tmp_path / "sms.csv"
    csv.write_text("unit,score\nedu,180\n", "utf-8")
    async with desk(tmp_path, TWO_CHANNELS) as running:
        refused = await running.ctl("channel", "sms", str(csv))
        assert (1, "bad_file") == _refusal(refused)
        assert "2" in refused.answer["message"]


async def test_nobody_there_and_a_wrong_token_end_with_3(tmp_path: Path) -> None:
    async with desk(tmp_path) as running:
        url = running.url
        wrong = tmp_path / "wrong.token"
        wrong.write_text("something else", "ascii")
        said = await ctl("--url", url, "--token-file", str(wrong), "status")
        assert (3, "") == (said.status, said.out)
        assert "401" in said.err
    said = await ctl("--url", url, "--token-file", str(wrong), "status")
    assert (3, "") == (said.status, said.out)


async def test_without_a_token_file_it_says_where_to_find_it() -> None:
    said = await ctl("status", TOUCHSTONE_TOKEN_FILE="")
    assert 2 == said.status
    assert "operator.token" in said.err


@pytest.mark.parametrize("form", ["ws://{}/control", "http://{}", "{}", "ws://{}/"])
async def test_the_address_may_be_written_as_people_write_it(form: str, tmp_path: Path) -> None:
    """And comes from the environment when no flag gives it."""
    async with desk(tmp_path) as running:
        url = form.format(f"127.0.0.1:{running.port}")
        said = await ctl("status", TOUCHSTONE_URL=url, TOUCHSTONE_TOKEN_FILE=str(running.token_file))
        assert (0, "before") == (said.status, said.answer["phase"])


async def test_what_is_no_address_is_bad_usage(tmp_path: Path) -> None:
    token = tmp_path / "t"
    token.write_text("t", "ascii")
    for url in ("ftp://127.0.0.1:1", "127.0.0.1", "ws://127.0.0.1:99999", "http://127.0.0.1:80/elsewhere"):
        said = await ctl("--url", url, "--token-file", str(token), "status")
        assert 2 == said.status, url
        assert "ws://127.0.0.1:8081/control" in said.err


def _refusal(said: Ctl) -> tuple[int, str]:
    assert json.loads(said.out)
    return said.status, said.answer["refused"]
