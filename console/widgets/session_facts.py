"""The session as a whole, where there is room: rounds, channels, the record's code, who keeps a copy."""

from __future__ import annotations

from textual.content import Content

from audience_server.locale.catalogue import Catalogue
from audience_server.wire.control import View
from audience_server.wire.control_view import RecordView
from console.show_view import ShowView
from console.widgets.painted import Painted


class SessionFacts(Painted):
    def content_for(self, show: ShowView, now: float, words: Catalogue) -> Content:
        if show.view is None:
            return Content("")
        view = show.view
        record = words.text("facts_record", size=view.record.size, code=view.record.fingerprint)
        return Content("\n".join((_rounds(show, words), _channels(view, words), record, _witnesses(view, words))))


def _rounds(show: ShowView, words: Catalogue) -> str:
    counting = [each for each in show.rounds if each.kind not in ("trial", "mood")]
    locked = sum(each.state == "locked" for each in counting)
    return words.text("facts_rounds", locked=locked, all=len(counting))


def _channels(view: View, words: Catalogue) -> str:
    """The vote itself is a channel that nobody imports."""
    named = (
        words.text(
            "facts_channel_in" if channel.imported or channel.id == "vote" else "facts_channel_missing",
            name=channel.name,
            weight=channel.weight,
        )
        for channel in view.channels
    )
    return words.text("facts_channels", channels="  ".join(named))


def _witnesses(view: View, words: Catalogue) -> str:
    told = witness_words(view.record, words)
    return words.text("facts_witnesses", names=told) if told else words.text("facts_alone")


def witness_words(record: RecordView, words: Catalogue) -> str:
    """Each witness with its state in words, never by colour alone."""
    return words.text("list_comma").join(
        f"{each.name} {words.text(f'witness_{each.state}')}" for each in record.witnesses
    )
