"""What the operator has asked for and somebody still has to agree to; nothing when nothing waits."""

from __future__ import annotations

from textual.content import Content

from audience_server.locale.catalogue import Catalogue
from console.authority import role_names
from console.show_view import ShowView
from console.widgets.painted import Painted


class NodsBoard(Painted):
    def content_for(self, show: ShowView, now: float, words: Catalogue) -> Content:
        self.set_shown(bool(show.pending))
        mine = set() if show.view is None else set(show.view.you.roles)
        lines = []
        for each in show.pending:
            told = words.text(f"nod_{each.do}", round=each.round, roles=role_names(each.roles, words))
            yours = f"  {words.text('nod_yours')}" if mine & set(each.roles) else ""
            lines.append(Content.assemble((told, "bold"), yours))
        if lines and "operator" in mine:
            lines.append(Content(words.text("nods_override", press=self.key("override"))))
        return Content("\n").join(lines)
