"""What the notary does by keys: each shows what it is about, asks once, and then does it.

Whatever cannot be taken back is named in its question: the card with its panel, the round with its numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from audience_server.locale.catalogue import Catalogue
from audience_server.notary.desk import NotSent
from audience_server.notary.orders import audit_deed, card_to_void, obey, void_card
from audience_server.notary.said import Refused
from console.notary import lines, rounds, statements
from console.notary.sentences import sentence, statement_name
from console.safe_text import safe_text

if TYPE_CHECKING:
    from console.notary.app import NotaryApp

MOST_LINES = 200


class Deeds:
    """One deed a key."""

    def __init__(self, app: NotaryApp, desk_words: Catalogue) -> None:
        """`desk_words`: the console's catalogue, for alarms of the desk."""
        self._app = app
        self._words = app.words
        self._witness = app.witness
        self._desk_words = desk_words

    def _try(self, deed: Callable[[], object], done: str, *, needs_line: bool = True) -> None:
        """Do it, and say that it is done, that it waits for the line, or why it is not done."""
        say, words = self._app.say, self._words
        try:
            deed()
            say(done if self._witness.on_line or not needs_line else words.text("waits_for_line"))
        except Refused as refused:
            self._refuse(refused)

    def _refuse(self, refused: Refused) -> None:
        if isinstance(refused, NotSent):
            self._app.say(self._words.text("no_line"))
            return
        why = safe_text(sentence(refused, self._words.language), 300)
        self._app.say(self._words.text("not_done", why=why))

    async def _is_sure(self, title: str, shown: Sequence[str], hint: str = "ask_hint_final") -> bool:
        return await self._app.ask(title, shown, hint) is not None

    # what waits for the notary

    async def agree(self, chosen: lines.Todo) -> None:
        """Show what it is, ask once, then sign or nod."""
        kind, argument = chosen
        if kind == "demand":
            await self._tell_of_demand(argument)
        elif kind == "draft":
            await self._sign(int(argument))
        else:
            await self._nod(kind, argument)

    async def _nod(self, kind: str, round_id: str) -> None:
        """What must not be agreed to is not asked."""
        words, now, do = self._words, self._app.now(), kind.removeprefix("nod_")
        name = lines.round_name(now, round_id)
        try:
            self._witness.desk.check_nod(do, round_id)
        except Refused as refused:
            self._refuse(refused)
            return
        shown = rounds.of_round(now, words, round_id)
        if await self._app.ask(words.text(f"ask_{kind}", round=name), shown) is not None:
            self._try(lambda: obey(self._witness, f"nod {do} {round_id}"), words.text("nodded", round=name))

    async def _sign(self, number: int) -> None:
        words, desk, now = self._words, self._witness.desk, self._app.now()
        drafted = desk.drafts.get(number)
        row = next((each for each in now["drafts"] if each["id"] == number), None)
        if drafted is None or row is None:
            return
        name = statement_name(drafted.kind, words.language)
        is_first = drafted.kind == "session"
        answer = await self._app.ask(
            words.text("ask_draft", kind=name, by=lines.by_whom(drafted.by, words)),
            statements.named_lines(row, drafted.body, now, words),
            "ask_hint_raw",
            words.text("fresh_words") if is_first else None,
            statements.raw_lines(drafted.kind, self._witness.origin, drafted.body),
        )
        if answer is None:
            return
        if is_first and not answer.strip():
            self._app.say(words.text("fresh_needed"))
            return
        order = f"consent {number} {answer}".strip()
        self._try(lambda: obey(self._witness, order), words.text("agreed", kind=name))

    async def _tell_of_demand(self, leaf: str) -> None:
        """The remark as it would stand; nothing of the ballot, for that would lead to a vote."""
        missed = {} if self._witness.demands is None else self._witness.demands.missed
        if leaf not in missed:
            return
        words = self._words
        text = words.text("demand_remark", window=safe_text(missed[leaf], 20))
        if await self._is_sure(words.text("ask_demand_remark"), [text], "ask_hint_record"):
            self._try(lambda: obey(self._witness, f"demand-remark {leaf} {text}"), words.text("proposed"))

    async def decline(self, chosen: lines.Todo | None) -> None:
        words = self._words
        if chosen is not None and chosen[0] == "draft":
            await self._order("ask_decline", f"decline {chosen[1]}", "declined")
        elif chosen is not None and chosen[0] == "demand":
            if await self._is_sure(words.text("ask_demand_drop"), [words.text("demand_drop_effect")]):
                self._try(lambda: obey(self._witness, f"demand-remark {chosen[1]}"), words.text("demand_dropped"))
        else:
            self._app.say(words.text("nothing_to_decline"))

    # of the notary's own

    async def _order(self, title: str, order: str, done: str, hint: str = "ask_hint") -> None:
        words = self._words
        answer = await self._app.ask(words.text(title), (), hint, words.text(f"{title}_field"))
        if answer and answer.strip():
            self._try(lambda: obey(self._witness, f"{order} {answer.strip()}"), words.text(done))

    async def remark(self) -> None:
        await self._order("ask_remark", "remark", "proposed", "ask_hint_record")

    async def demand(self) -> None:
        await self._order("ask_demand", "demand", "demanded")

    async def _asked(self, title: str, lead: Sequence[str] = ()) -> str:
        """What was typed for something that is shown again before it is done."""
        words = self._words
        answer = await self._app.ask(words.text(title), lead, "ask_hint_next", words.text(f"{title}_field"))
        return (answer or "").strip()

    async def void_round(self) -> None:
        words, now = self._words, self._app.now()
        typed = await self._asked("ask_void_round")
        if not typed:
            return
        round_id, _, reason = typed.partition(" ")
        opened = list(dict.fromkeys(each["round"] for each in now.get("windows", ())))
        if round_id not in opened:
            self._refuse(Refused("no_round", round=round_id, rounds=", ".join(opened) or "–"))
            return
        if not reason.strip():
            self._refuse(Refused("order_void_round"))
            return
        shown = [*rounds.of_round(now, words, round_id), statements.line("reason", reason, words)]
        title = words.text("sure_void_round", round=lines.round_name(now, round_id))
        if await self._is_sure(title, [*shown, words.text("void_round_effect")]):
            self._try(lambda: obey(self._witness, f"void-round {typed}"), words.text("proposed"))

    async def void_card(self) -> None:
        words = self._words
        typed = await self._asked("ask_void_card", [words.text("opens_list")])
        if not typed:
            return
        try:
            card = card_to_void(self._witness, typed)
        except Refused as refused:
            self._refuse(refused)
            return
        shown = statements.card_lines(card.serial, card.panel, card.is_present, card.reason, self._app.now(), words)
        if await self._is_sure(words.text("sure_void_card", serial=card.serial), shown):
            self._try(lambda: void_card(self._witness, card), words.text("proposed"))

    async def audit(self) -> None:
        words, witness = self._words, self._witness
        typed = await self._asked("ask_audit")
        if not typed:
            return
        try:
            command, arguments = audit_deed(witness, typed)
        except Refused as refused:
            self._refuse(refused)
            return
        kind = command.replace("-", "_")
        shown = [safe_text(typed, 200), words.text(f"{kind}_effect")]
        if await self._is_sure(words.text(f"sure_{kind}"), shown):
            self._try(lambda: witness.desk.propose(command, arguments), words.text("audit_sent"))

    async def bundle(self) -> None:
        written: list[str] = []
        self._try(lambda: written.append(obey(self._witness, "bundle")), "", needs_line=False)
        if written:
            self._app.say(self._words.text("bundled", path=written[0]))

    # looking

    async def look(self) -> None:
        """Every round in full, what came of the notary's orders, every alarm."""
        words, now = self._words, self._app.now()
        told = [lines.answers(now, words, MOST_LINES), lines.alarms(now, words, self._desk_words, MOST_LINES)]
        shown = [line for part in (rounds.in_full(now, words), *told) if part for line in (*part, "")]
        await self._app.ask(words.text("look_title"), shown[:-1], "look_hint")

    async def help(self) -> None:
        words = self._words
        await self._app.ask(words.text("help_title"), words.text("help_lines").split("\n"), "look_hint")
