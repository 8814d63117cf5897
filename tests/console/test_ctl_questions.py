"""The queue from a shell: every deed, every reading, as one JSON object."""

from __future__ import annotations

from pathlib import Path

from audience_server.live_questions_asking import Asked
from tests.console.console_rig import Desk, ctl, desk
from tests.show_rig import SMALL_SESSION, settle

ASKING = SMALL_SESSION + "\n[questions]\nper_card = 20\n"


async def three_questions(running: Desk) -> None:
    phones = await running.show.phones(2)
    for kind, text in (
        ("question", "校門口為什麼堵車"),
        ("question", "学费为什么涨\x1b[31m"),
        ("suggestion", "多开窗口"),
    ):
        running.show.session.questions.asking.ask(phones[0].seat, Asked(kind, text, "edu"), lambda outcome: None)
    await settle()


async def test_the_way_of_a_question_from_a_shell(tmp_path: Path) -> None:
    """Approve, edit, assign, air, answered, promise, withdraw: each answers who was done and who was not."""
    async with desk(tmp_path, ASKING) as running:
        await three_questions(running)
        done = (await running.ctl("question", "q0001,S0001,Q0099", "approve")).answer
        assert {"done": ["Q0001", "S0001"], "refused": {"Q0099": "unknown_question"}} == done
        for words in (
            ("Q0001", "edit", "--text", "校门口为什么堵车?"),
            ("Q0001", "star"),
            ("Q0001", "assign", "--cue", "edu-questions"),
            ("Q0001", "air"),
            ("Q0001", "answered", "--text", "增加交警"),
            ("Q0001", "promise", "--text", "月底前", "--due", "2026-11-30"),
        ):
            assert {"done": ["Q0001"], "refused": {}} == (await running.ctl("question", *words)).answer
        (found,) = (await running.ctl("questions", "--state", "answered")).answer["questions"]
        assert ("校门口为什么堵车?", "校門口為什麼堵車", True, "2026-11-30") == tuple(
            found[name] for name in ("text", "original", "starred", "due")
        )
        assert ["Q0001"] == (await running.ctl("question", "Q0001", "withdraw", "--reason", "涉及隐私")).answer["done"]


async def test_refuse_merge_undo_and_search_from_a_shell(tmp_path: Path) -> None:
    """A refusal is exit code 1 with its code; the answer does nothing to a terminal."""
    async with desk(tmp_path, ASKING) as running:
        await three_questions(running)
        await running.ctl("question", "Q0002", "merge", "--into", "q0001")
        assert ["Q0002", "Q0001"] == (await running.ctl("question-undo")).answer["done"]
        refused = await running.ctl("question", "Q0002", "refuse", "--reason", "与本单位无关")
        assert 0 == refused.status
        again = await running.ctl("question", "Q0002", "refuse", "--reason", "与本单位无关")
        assert (1, "question_state") == (again.status, again.answer["refused"])
        found = await running.ctl("questions", "--text", "学費")
        assert ("\x1b" not in found.out, 1, "学费为什么涨 [31m") == (
            True,
            found.answer["total"],
            found.answer["questions"][0]["text"],
        )
        assert 2 == (await running.ctl("questions", "--unit", "edu", "--kind", "question")).answer["total"]


async def test_intake_and_words_from_a_shell(tmp_path: Path) -> None:
    """A file with a word a line; without one the list is read."""
    words = tmp_path / "words.txt"
    words.write_text("\ufeff黑钱\n\n堵车 \n", "utf-8")
    async with desk(tmp_path, ASKING) as running:
        await three_questions(running)
        assert {"intake": "slow", "seconds": 20} == (await running.ctl("intake", "slow", "--seconds", "20")).answer
        assert {"intake": "open", "seconds": 20} == (await running.ctl("intake", "open")).answer
        assert {"words": ["黑钱", "堵车"]} == (await running.ctl("words", "--file", str(words))).answer
        assert {"words": ["黑钱", "堵车"]} == (await running.ctl("words")).answer
        found = (await running.ctl("questions", "--text", "堵车")).answer["questions"]
        assert [["堵车"]] == [each["flags"] for each in found]


async def test_bad_usage_of_a_deed_says_so(tmp_path: Path) -> None:
    """2, and nothing on standard output."""
    latin = tmp_path / "latin.txt"
    latin.write_bytes(b"\xff\xfe\xfa")
    token = tmp_path / "token"
    token.write_text("x", "ascii")
    for words in (
        ("question", "Q0001"),
        ("question", "Q0001", "explode"),
        ("question", "Q0001", "refuse"),
        ("question", "Q0001", "promise", "--text", "改"),
        ("intake", "shut"),
        ("words", "--file", "/nowhere.txt"),
        ("words", "--file", str(latin)),
    ):
        said = await ctl("--url", "ws://127.0.0.1:1/control", "--token-file", str(token), *words)
        assert (2, "") == (said.status, said.out), words
        assert "Traceback" not in said.err
