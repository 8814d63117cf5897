"""The running order: going on, going to a cue, and changing what is still to come."""

from __future__ import annotations

from audience_server.domain.running_order import CUE_KINDS
from audience_server.domain.scene_names import NO_SCENE, RANKING, cue_scene
from audience_server.wire import commands
from audience_server.wire.control_view import CueView
from console import round_texts
from console.air_scenes import SCENES, boards, likely_target, scene_name
from console.flows.flow import Flow
from console.questions import Line, Question

NONE = "-"
OF_A_ROUND = ("vote", "announce", "mood", "trial")


class RundownFlow(Flow):
    async def do_next_cue(self, argument: str | None) -> None:
        following = self._app.show.next_cue
        if following is None:
            return self._nothing()
        name = round_texts.cue_name(following, self._app.show, self._app.words)
        await self._do(commands.CueCommand("next"), self._text("said_cue", cue=name))

    async def do_go_to_cue(self, argument: str | None) -> None:
        view, words = self._app.show.view, self._app.words
        if view is None or not view.cues:
            return self._nothing()
        names = {cue.id: round_texts.cue_name(cue, self._app.show, words) for cue in view.cues}
        current = view.cue.id if view.cue is not None else None
        title, text = self._text("go_to_cue_title"), self._text("go_to_cue_text")
        answer = await self._ask(Question(title, text, tuple(names.items()), argument or current))
        if answer is not None and answer.choice is not None:
            await self._do(commands.CueCommand(answer.choice), self._text("said_cue", cue=names[answer.choice]))

    # changing what is still to come

    def _selected(self, argument: str | None, to_come: bool = True) -> CueView | None:
        """The cue under the cursor; what is over cannot be changed, which is then said."""
        show = self._app.show
        cue = show.cue(argument)
        if cue is None:
            self._app.say("refused", self._text("no_cue_selected"))
        elif to_come and cue.state not in ("planned", "skipped"):
            self._app.say("refused", self._text("cue_is_over", cue=self._name(cue)))
            return None
        return cue

    def _name(self, cue: CueView) -> str:
        return round_texts.cue_name(cue, self._app.show, self._app.words)

    async def do_cue_up(self, argument: str | None) -> None:
        await self._move(argument, -1)

    async def do_cue_down(self, argument: str | None) -> None:
        await self._move(argument, 1)

    async def _move(self, argument: str | None, step: int) -> None:
        cue, show = self._selected(argument), self._app.show
        if cue is None:
            return
        ids, first = [each.id for each in show.cues], show.first_to_come
        place = ids.index(cue.id)
        if not first <= place + step < len(ids):
            return self._app.say("refused", self._text("cue_at_edge", cue=self._name(cue)))
        ids.remove(cue.id)
        behind = place + step - 1
        command = commands.CueEditCommand("move", cue.id, after=ids[behind] if behind >= first else "")
        await self._do(command, self._text("said_cue_moved", cue=self._name(cue)))

    async def do_cue_skip(self, argument: str | None) -> None:
        """And back: a skipped cue is brought back by the same key."""
        cue = self._selected(argument)
        if cue is not None and cue.state == "skipped":
            await self._do(commands.CueEditCommand("unskip", cue.id), self._text("said_unskip", cue=self._name(cue)))
        elif cue is not None:
            await self._do(commands.CueEditCommand("skip", cue.id), self._text("said_skip", cue=self._name(cue)))

    async def do_cue_repeat(self, argument: str | None) -> None:
        cue = self._selected(argument, to_come=False)
        if cue is not None:
            await self._do(commands.CueEditCommand("repeat", cue.id), self._text("said_repeat", cue=self._name(cue)))

    async def do_cue_remove(self, argument: str | None) -> None:
        cue = self._selected(argument)
        if cue is not None:
            await self._do(commands.CueEditCommand("remove", cue.id), self._text("said_remove", cue=self._name(cue)))

    async def do_cue_insert(self, argument: str | None) -> None:
        """A new cue behind the one under the cursor, or as the next one."""
        show, words = self._app.show, self._app.words
        beside = show.cue(argument)
        kinds = tuple((kind, round_texts.cue_kind(kind, words)) for kind in CUE_KINDS)
        lines = (
            Line("seconds", self._text("cue_length"), value="1:00"),
            Line("title", self._text("cue_title_line"), required=False),
        )
        title, text = self._text("insert_title"), self._text("insert_text")
        answer = await self._ask(Question(title, text, kinds, "film", lines))
        if answer is None or answer.choice is None:
            return
        seconds = round_texts.seconds_of(answer.lines["seconds"])
        if seconds is None:
            return self._app.say("refused", self._text("bad_length", text=answer.lines["seconds"]))
        unit = await self._choose_unit(beside)
        round_id = await self._choose_round(answer.choice, unit) if unit is not None else None
        if unit is None or round_id is None:
            return
        open_end = beside is not None and beside.state != "done"
        command = commands.CueEditCommand(
            "insert",
            after=beside.id if beside is not None and open_end else "",
            kind=answer.choice,
            unit="" if unit == NONE else unit,
            round="" if round_id == NONE else round_id,
            seconds=seconds,
            title=answer.lines["title"],
        )
        await self._do(command, self._text("said_insert", cue=round_texts.cue_kind(answer.choice, words)))

    async def _choose_unit(self, beside: CueView | None) -> str | None:
        view = self._app.show.view
        units = () if view is None else tuple((unit.id, unit.name) for unit in view.units)
        choices = ((NONE, self._text("no_unit")), *units)
        default = beside.unit if beside is not None and beside.unit else NONE
        answer = await self._ask(Question(self._text("insert_unit"), "", choices, default))
        return None if answer is None else answer.choice

    async def _choose_round(self, kind: str, unit: str) -> str | None:
        """NONE for kinds that have none."""
        if kind not in OF_A_ROUND:
            return NONE
        rounds = self._app.show.rounds
        choices = ((NONE, self._text("no_round")), *self._choices(rounds))
        of_unit = next((each.round for each in rounds if unit in each.units and each.state == "planned"), NONE)
        answer = await self._ask(Question(self._text("insert_round"), "", choices, of_unit))
        return None if answer is None else answer.choice

    # what a cue carries

    async def do_cue_change(self, argument: str | None) -> None:
        """First which of its facts, then the new one; only what is over is fixed."""
        cue = self._app.show.cue(argument)
        if cue is None:
            return self._app.say("refused", self._text("no_cue_selected"))
        if cue.state == "done":
            return self._app.say("refused", self._text("cue_is_over", cue=self._name(cue)))
        facts = self._facts(cue)
        choices = tuple((fact, f"{self._text(f'fact_{fact}')}  {value or '-'}") for fact, value in facts.items())
        answer = await self._ask(Question(self._name(cue), self._text("change_text"), choices, "seconds"))
        if answer is None or answer.choice is None:
            return
        fact = answer.choice
        if fact in ("scene", "unit", "round"):
            await getattr(self, f"_change_{fact}")(cue)
            return
        line = Line("value", self._text(f"hint_{fact}"), required=fact == "seconds", value=facts[fact])
        given = await self._ask(Question(f"{self._name(cue)} · {self._text(f'fact_{fact}')}", "", lines=(line,)))
        if given is not None:
            await self._change(cue, fact, given.lines["value"])

    def _facts(self, cue: CueView) -> dict[str, str]:
        bound = self._app.show.round(cue.round)
        return {
            "seconds": round_texts.clock(cue.seconds),
            "note": cue.note,
            "title": cue.title,
            "scene": scene_name(cue.scene, self._app.words) if cue.scene else "",
            "questions": " ".join(cue.questions),
            "round": "" if bound is None else f"{bound.round} {self._named(bound)}",
            "unit": self._app.show.unit_name(cue.unit),
        }

    async def _change(self, cue: CueView, fact: str, value: str) -> None:
        done = self._text("said_change", cue=self._name(cue))
        if fact == "seconds":
            seconds = round_texts.seconds_of(value)
            if seconds is None:
                return self._app.say("refused", self._text("bad_length", text=value))
            await self._do(commands.CueEditCommand("change", cue.id, seconds=seconds), done)
        elif fact == "note":
            await self._do(commands.CueEditCommand("change", cue.id, note=value), done)
        elif fact == "title":
            await self._do(commands.CueEditCommand("change", cue.id, title=value), done)
        else:
            numbers = tuple(value.upper().replace(",", " ").replace(",", " ").split())
            await self._do(commands.CueEditCommand("change", cue.id, questions=numbers), done)

    async def _change_round(self, cue: CueView) -> None:
        """A round of one unit takes its unit along, so that cue and round fit each other."""
        rounds = self._app.show.rounds
        choices = ((NONE, self._text("no_round")), *self._choices(rounds))
        answer = await self._ask(Question(self._name(cue), self._text("hint_round"), choices, cue.round or NONE))
        if answer is None or answer.choice is None:
            return
        chosen = self._app.show.round(answer.choice)
        unit = chosen.units[0] if chosen is not None and cue.unit and len(chosen.units) == 1 else None
        command = commands.CueEditCommand("change", cue.id, unit=unit, round=chosen.round if chosen is not None else "")
        await self._do(command, self._text("said_change", cue=self._name(cue)))

    async def _change_unit(self, cue: CueView) -> None:
        unit = await self._choose_unit(cue)
        if unit is not None:
            command = commands.CueEditCommand("change", cue.id, unit="" if unit == NONE else unit)
            await self._do(command, self._text("said_change", cue=self._name(cue)))

    async def _change_scene(self, cue: CueView) -> None:
        scenes = tuple((scene, scene_name(scene, self._app.words)) for scene in SCENES)
        choices = ((NONE, self._text("scene_default")), (NO_SCENE, self._text("scene_none")), *scenes)
        set_now, board = cue_scene(cue.scene)
        answer = await self._ask(Question(self._name(cue), self._text("hint_scene"), choices, set_now or NONE))
        if answer is None or answer.choice is None:
            return
        scene: str | None = "" if answer.choice == NONE else answer.choice
        if scene == RANKING:
            scene = await self._choose_board(cue, board)
        if scene is not None:
            command = commands.CueEditCommand("change", cue.id, scene=scene)
            await self._do(command, self._text("said_change", cue=self._name(cue)))

    async def _choose_board(self, cue: CueView, board: str) -> str | None:
        """Which ranking, where there is more than one."""
        found = boards(self._app.show, self._app.words)
        if len(found) < 2:
            return RANKING
        title = f"{self._name(cue)} · {scene_name(RANKING, self._app.words)}"
        default = board or likely_target("category", self._app.show)
        answer = await self._ask(Question(title, "", found, default))
        return None if answer is None else f"{RANKING} {answer.choice}"
