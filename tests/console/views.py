"""Views made by hand, for the tests that need no session."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from audience_server.wire.control import View
from audience_server.wire.control_view import (
    AlarmView,
    ChannelView,
    CueView,
    PanelView,
    RecordView,
    RoundView,
    UnitView,
)

OPTIONS = {"yes": "满意", "fair": "基本满意", "no": "不满意", "dk": "不了解"}
RECORD = RecordView(size=40, root="", fingerprint="11111 22222 33333 44444 55555", witnesses=())


def round_view(round_id: str, unit: str, state: str = "planned", **changes: Any) -> RoundView:
    made = RoundView(
        round=round_id,
        kind="ballot",
        title="",
        units=(unit,),
        criteria=("overall",),
        panels=("deputies", "citizens"),
        seconds=60,
        state=state,
        window=None if state in ("planned", "not-held") else round_id,
        voided=(),
        closes_in_ms=60_000 if state == "open" else None,
        extensions=0,
        by={},
        index=None,
        size=None,
        fingerprint=None,
    )
    return replace(made, **changes)


def cue(cue_id: str, kind: str, unit: str | None, round_id: str | None = None, state: str = "planned") -> CueView:
    return CueView(id=cue_id, kind=kind, unit=unit, round=round_id, seconds=60, state=state)


def view(**changes: Any) -> View:
    """Two units with a round each, two panels, nothing has happened yet."""
    made = View(
        origin="rig.example/small-1",
        kind="live",
        title="小场次",
        place="一号演播厅",
        language="zh-Hans",
        phase="ready",
        zeroed=True,
        acts=2,
        cue=None,
        cue_elapsed_ms=0,
        cues=(
            cue("open", "opening", None),
            cue("edu-report", "report", "edu"),
            cue("edu-vote", "vote", "edu", "r01"),
            cue("env-report", "report", "env"),
            cue("env-vote", "vote", "env", "r02"),
        ),
        connected={"deputies": 5, "citizens": 9},
        panels=(
            PanelView("deputies", "人大代表", "card", False, 6, 5),
            PanelView("citizens", "城乡居民代表", "card", False, 10, 9),
        ),
        units=(UnitView("edu", "市教育局", "gov", ""), UnitView("env", "市生态环境局", "gov", "")),
        scales={"overall": OPTIONS},
        criteria={"overall": "总体评价"},
        categories={"gov": "政府部门"},
        rounds=(round_view("r01", "edu"), round_view("r02", "env")),
        record=RECORD,
        waiting_for=(),
        revealed=None,
        results=None,
        channels=(ChannelView("vote", "现场测评", "100", False),),
        alarms=(),
        join_url="http://127.0.0.1:8080/",
        store_ok=True,
    )
    return replace(made, **changes)


def at_cue(made: View, cue_id: str, elapsed_ms: int = 0) -> View:
    """The same view with that cue current and those before it done."""
    place = [each.id for each in made.cues].index(cue_id)
    states = ["done"] * place + ["current"] + ["planned"] * (len(made.cues) - place - 1)
    cues = tuple(replace(each, state=state) for each, state in zip(made.cues, states, strict=True))
    return replace(made, cues=cues, cue=cues[place], cue_elapsed_ms=elapsed_ms)


def alarm(number: int, code: str = "panel_full", by: str = "") -> AlarmView:
    return AlarmView(number, 1_795_000_000, code, f"alarm {number}", by)


def counted(valid: int, **counts: int) -> dict[str, Any]:
    """One panel of a locked round."""
    identity = {"expected": 10, "present": 9, "issued": 9, "returned": valid + 1}
    identity |= {"valid": valid, "invalid": 0, "abstained": 1, "not_cast": 8 - valid}
    return identity | {"counts": {"overall": dict.fromkeys(OPTIONS, 0) | counts}}
