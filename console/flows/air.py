"""The air: take, clear, the next row of a ranking, and a scene for the preview or straight to the programme.

Take and clear ask nothing: what stands on the programme must be gone within a key.
"""

from __future__ import annotations

from typing import Literal

from audience_server.wire import commands
from console.air_scenes import SCENES, TargetKind, likely_target, scene_name, scene_title, targets
from console.flows.flow import Flow
from console.questions import Line, Question


class AirFlow(Flow):
    async def do_take(self, argument: str | None) -> None:
        title = scene_title(self._app.show.preview, self._app.words)
        await self._do(commands.AirCommand("take"), self._text("said_take", scene=title))

    async def do_clear_air(self, argument: str | None) -> None:
        await self._do(commands.AirCommand("clear"), self._text("said_clear"))

    async def do_next_row(self, argument: str | None) -> None:
        await self._do(commands.AirCommand("next"), self._text("said_next_row"))

    async def do_scene(self, argument: str | None) -> None:
        await self._put("preview", argument)

    async def do_scene_now(self, argument: str | None) -> None:
        await self._put("programme", argument)

    async def _put(self, to: Literal["programme", "preview"], argument: str | None) -> None:
        words = self._app.words
        scenes = tuple((scene, scene_name(scene, words)) for scene in SCENES)
        asked = Question(self._text(f"scene_title_{to}"), self._text(f"scene_text_{to}"), scenes, argument or "unit")
        answer = await self._ask(asked)
        if answer is None or answer.choice is None:
            return
        scene = answer.choice
        target = await self._target(scene, SCENES[scene])
        if target is not None:
            said = self._text(f"said_scene_{to}", scene=scene_name(scene, words))
            await self._do(commands.AirCommand(scene, target, to), said)

    async def _target(self, scene: str, kind: TargetKind) -> str | None:
        """What the scene is about; None when the operator thinks better of it."""
        if not kind:
            return ""
        show, words = self._app.show, self._app.words
        title = scene_name(scene, words)
        likely = likely_target(kind, show)
        if kind in ("question", "text"):
            line = Line("target", self._text(f"scene_line_{kind}"), value=likely or "")
            answer = await self._ask(Question(title, "", lines=(line,)))
            if answer is None:
                return None
            return answer.lines["target"].upper() if kind == "question" else answer.lines["target"]
        choices = targets(kind, show, words)
        if not choices:
            self._app.say("refused", self._text("scene_nothing", scene=title))
            return None
        answer = await self._ask(Question(title, "", choices, likely))
        return None if answer is None else answer.choice
