"""Programme and preview: what the graphics show now, and what they would show next.

Only `take` and a scene asked for by name change the programme; a cue that is taken prepares the preview.  What may no
longer be shown leaves both by itself.  Kept in desk.json, so that a restart shows the same picture.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, replace
from typing import Any

from audience_server.domain.refusals import Refusal, RefusalCode
from audience_server.domain.roles import Person
from audience_server.domain.rundown import Rundown
from audience_server.domain.running_order import RunningCue
from audience_server.domain.scenes import SceneRef, default_scene, read_scene, score_label
from audience_server.live_air_scenes import SceneMaker
from audience_server.live_memory import Memory

PART = "air"
OUTPUTS = ("programme", "preview")
Outcome = dict[str, Any] | Refusal


async def _nobody_asked(number: str, by: Person) -> Outcome:
    return {}


class LiveAir:
    """`maker` fills scenes.  Hooks set by whoever wires it: `aired` a question that goes on the programme, `taken_off`
    one that left it.
    """

    def __init__(
        self, rundown: Rundown, memory: Memory, maker: SceneMaker, rehearsal: bool, changed: Callable[[], None]
    ) -> None:
        self._rundown = rundown
        self._memory = memory
        self.maker = maker
        self._rehearsal = rehearsal
        self._changed = changed
        self._revision = 0
        self.outputs = 0
        self.aired: Callable[[str, Person], Awaitable[Outcome]] = _nobody_asked
        self.taken_off: Callable[[str], None] = lambda number: None
        kept = memory.part(PART)
        self._shown: dict[str, SceneRef | None] = {output: _kept_scene(kept.get(output), rundown) for output in OUTPUTS}
        self.commands = {"air": self._air}

    # the pictures of the outputs

    def message(self, output: str) -> dict[str, Any]:
        """As `wire.air.Air`: programme or preview as it may be shown now."""
        ref = self._shown[output]
        made = None if ref is None else self.maker.make(ref)
        return self._frame(output, None if isinstance(made, Refusal) else made)

    def wall(self) -> dict[str, Any]:
        """What the hall's wall shows: the programme's question, result or board, else the hall's own affairs."""
        programme = self._shown["programme"]
        if programme is not None and programme.kind in ("question", "result", "ranking", "mood", "recount"):
            made = self.maker.make(programme)
            if not isinstance(made, Refusal):
                return self._frame("wall", made)
        return self._frame("wall", self.maker.of_the_hall())

    def _frame(self, output: str, scene: dict[str, Any] | None) -> dict[str, Any]:
        session = self._rundown.session
        return {
            "type": "air",
            "revision": self._revision,
            "output": output,
            "language": session.language,
            "session": session.title,
            "rehearsal": self._rehearsal,
            "vote": score_label(self._rundown),
            "scene": scene,
        }

    def picture(self) -> dict[str, Any]:
        """As `wire.control_view.AirView`."""
        return {
            "programme": self._picture_of("programme"),
            "preview": self._picture_of("preview"),
            "outputs": self.outputs,
        }

    def _picture_of(self, output: str) -> dict[str, Any] | None:
        ref = self._shown[output]
        made = None if ref is None else self.maker.make(ref)
        if ref is None or made is None or isinstance(made, Refusal):
            return None
        more = ref.kind == "ranking" and ref.rows < made["of"]
        return {"scene": ref.kind, "target": ref.target, "title": self.title_of(ref, made), "more": more}

    def title_of(self, ref: SceneRef, made: Mapping[str, Any]) -> str:
        """What it is about, for the desk."""
        if ref.kind == "question":
            return f"{ref.target} {made['text']}"
        return str(made.get("unit") or made.get("title") or made.get("category") or made.get("text") or "")

    # hooks

    def cue_taken(self, cue: RunningCue) -> None:
        """The next graphics are ready; the programme stays as it is."""
        ref = default_scene(cue, self._rundown)
        if ref is not None and not isinstance(self.maker.make(ref), Refusal):
            self._put("preview", ref)

    def show_question(self, number: str | None) -> None:
        """A screener put question `number` on the air, or took what is there off it."""
        if number is not None:
            self._put("programme", SceneRef("question", number))
            return
        if self.question is not None:
            self._put("programme", None)
        self.check()

    def check(self) -> None:
        """Forget what may no longer be shown: withdrawn, voided, taken back."""
        for output, ref in self._shown.items():
            if ref is not None and isinstance(self.maker.make(ref), Refusal):
                self._put(output, None)

    @property
    def question(self) -> str | None:
        """The number on the programme."""
        ref = self._shown["programme"]
        return ref.target if ref is not None and ref.kind == "question" else None

    # commands

    async def _air(self, arguments: Mapping[str, Any], by: Person) -> Outcome:
        scene, target, output = arguments["scene"], arguments.get("target", ""), arguments.get("to", "programme")
        before = self.question
        refusal = self._do(scene, target, output)
        if refusal is not None:
            return refusal
        if before is not None and before != self.question:
            self.taken_off(before)
        if self.question is not None and self.question != before:
            outcome = await self.aired(self.question, by)
            if isinstance(outcome, Refusal):
                self._put("programme", None)
                return outcome
        return self.picture()

    def _do(self, scene: str, target: str, output: str) -> Refusal | None:
        if scene == "clear":
            self._put(output, None)
            return None
        if scene == "take":
            return self._take()
        if scene == "next":
            return self._next(output)
        ref = read_scene(scene, target, self._rundown, self._memory.order.current)
        if isinstance(ref, Refusal):
            return ref
        made = self.maker.make(ref)
        if isinstance(made, Refusal):
            return made
        self._put(output, ref)
        return None

    def _take(self) -> Refusal | None:
        """The preview goes on the air; what was on the air is gone."""
        ref = self._shown["preview"]
        made = Refusal(RefusalCode.NOTHING_TO_SHOW, "preview") if ref is None else self.maker.make(ref)
        if isinstance(made, Refusal):
            return made
        self._put("programme", ref)
        self._put("preview", None)
        return None

    def _next(self, output: str) -> Refusal | None:
        """One more row of the ranking board, from the last towards the first."""
        ref = self._shown[output]
        if ref is None or ref.kind != "ranking":
            return Refusal(RefusalCode.NOTHING_TO_SHOW, "next")
        made = self.maker.make(ref)
        if isinstance(made, Refusal):
            return made
        if ref.rows >= made["of"]:
            return Refusal(RefusalCode.NOTHING_TO_SHOW, "next")
        self._put(output, replace(ref, rows=ref.rows + 1))
        return None

    def _put(self, output: str, ref: SceneRef | None) -> None:
        self._shown[output] = ref
        # a crash before this is durable shows the picture of before; nothing was decided by it
        kept = {name: None if each is None else asdict(each) for name, each in self._shown.items()}
        self._memory.keep_part(PART, kept)
        self._revision += 1
        self._changed()


def _kept_scene(kept: Any, rundown: Rundown) -> SceneRef | None:
    """A spoiled file is a clear output."""
    if not isinstance(kept, dict):
        return None
    ref = read_scene(str(kept.get("kind")), str(kept.get("target", "")), rundown, None)
    rows = kept.get("rows", 0)
    if isinstance(ref, Refusal) or not isinstance(rows, int):
        return None
    return replace(ref, rows=max(0, rows))
