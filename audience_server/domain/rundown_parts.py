"""The parts of a session file, one reader for each kind of table: session, panels, scales … witnesses.

Each reader refuses what is wrong within its own table. What needs the whole file at once is in `rundown_check`,
rounds and cues are in `rundown_rounds`.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Collection, Iterable, Sequence
from fractions import Fraction

from audience_server.domain.rundown import (
    VOTE_CHANNEL,
    Admission,
    Category,
    Channel,
    Confirm,
    Criterion,
    Option,
    Panel,
    Quorum,
    ResultRules,
    Role,
    Scale,
    SessionRules,
    Unit,
    Witness,
    Witnesses,
)
from audience_server.domain.rundown_tables import Table, some

LONGEST_TEXT = 500
MOST_SECONDS = 86_400
MOST_CARDS = 100_000
MOST_OPTIONS = 20
ROLES: tuple[Role, ...] = ("operator", "teller", "scrutineer", "notary")
ADMISSIONS: tuple[Admission, ...] = ("card", "open")
COSIGNATURE_KEY, STATEMENT_KEY = 0x04, 0x01

_AUTHORITY = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,126}[a-z0-9])?")
_URL = re.compile(r"https?://[A-Za-z0-9.\[\]:-]+(?:/[A-Za-z0-9._~/-]*)?")
_VKEY_KEY_ID = re.compile(r"[0-9a-f]{8}")


def read_session(table: Table) -> SessionRules:
    authority = table.text("authority")
    if authority and not _AUTHORITY.fullmatch(authority):
        table.refuse(
            "authority", f'authority = "{authority}"; a host name in lower case like "pingyi.example" is right'
        )
    url = table.text("url", "")
    if url and not _URL.fullmatch(url):
        table.refuse("url", f'url = "{url}"; an address like "http://192.168.8.2:8080" is right')
    rules = SessionRules(
        id=table.identifier(),
        authority=authority,
        title=table.text("title"),
        place=table.text("place", ""),
        date=table.date("date"),
        language=table.one_of("language", ("zh-Hans", "zh-Hant", "en"), "zh-Hans"),
        url=url or None,
        window_seconds=table.integer("window_seconds", 60, 1, MOST_SECONDS),
        tolerance_ms=table.integer("tolerance_ms", 2000, 0, 60_000),
        batch_seconds=table.seconds("batch_seconds", 1, 0.2, 5),
        batch_min=table.integer("batch_min", 8, 1, 10_000),
        batch_wait=table.seconds("batch_wait", 3, 0, 10),
        small_cell=table.integer("small_cell", 12, 0, 10_000),
        spare_rounds=table.integer("spare_rounds", 8, 0, 100),
        running_counts=table.one_of("running_counts", ("never", "after-close"), "never"),
        announce=table.one_of("announce", ("end", "each"), "end"),
        late=table.one_of("late", ("next-round", "until-close"), "next-round"),
        confirm=_confirm(table),
        public_entries=table.boolean("public_entries", False),
        void_after_reveal=table.boolean("void_after_reveal", False),
    )
    table.done()
    return rules


def _confirm(session: Table) -> Confirm:
    table = session.table("confirm")
    if table is None:
        return Confirm()
    confirm = Confirm(lock=_roles(table, "lock"), reveal=_roles(table, "reveal"))
    table.done()
    return confirm


def _roles(table: Table, key: str) -> tuple[Role, ...]:
    names = table.texts(key)
    if names is None:
        return ("operator",)
    roles = tuple(role for role in ROLES if role in names)
    if len(roles) != len(names) or not roles:
        table.refuse(
            key, f"{key} names {', '.join(names) or 'nobody'}; one or more of {', '.join(ROLES)}, each once, is right"
        )
    return roles


CARD_KEYS = ("seats", "spare", "invited", "audit")


def read_panels(tables: Sequence[Table]) -> tuple[Panel, ...]:
    return tuple(_panel(table) for table in tables)


def _panel(table: Table) -> Panel:
    admission = table.one_of("admission", ADMISSIONS, None)
    is_open = admission == "open"
    seats = 0 if is_open else table.integer("seats", None, 1, MOST_CARDS)
    weight = table.exact("weight", Fraction(0), 100) or Fraction(0)
    panel = Panel(
        id=table.identifier(),
        name=table.text("name"),
        admission=admission,
        seats=seats,
        spare=0 if is_open else table.integer("spare", 0, 0, MOST_CARDS),
        invited=0 if is_open else table.integer("invited", seats, 1, MOST_CARDS),
        weight=weight,
        unverified=table.boolean("unverified", False),
        air_delay_seconds=table.integer("air_delay_seconds", 0, 0, 3600),
        audit=0 if is_open else table.integer("audit", 0, 0, MOST_CARDS),
    )
    if is_open:
        for key in CARD_KEYS:
            if key in table:
                table.refuse(key, f"{key} belongs to card panels; leave it out where admission is open")
        if weight and not panel.unverified:
            table.refuse("weight", "an open panel with weight needs unverified = true: nobody checks who votes there")
    else:
        for key in ("unverified", "air_delay_seconds"):
            if key in table:
                table.refuse(key, f"{key} belongs to open panels; leave it out where admission is card")
    if panel.audit > panel.spare:
        table.refuse(
            "audit",
            f"audit = {panel.audit} of {panel.spare} spare cards; testers hold spare cards, at most all of them",
        )
    table.done(*CARD_KEYS)
    return panel


def read_scales(tables: Sequence[Table]) -> tuple[Scale, ...]:
    return tuple(_scale(table) for table in tables)


def _scale(table: Table) -> Scale:
    has_options, has_range = "options" in table, "range" in table
    if has_options == has_range:
        table.refuse(
            "options", "a scale has either options = [ { id = …, name = …, score = … }, … ] or range = [0, 100]"
        )
    mark_range = table.list_value("range")
    if mark_range is not None and mark_range != [0, 100]:
        table.refuse("range", "marks are whole numbers from 0 to 100; range = [0, 100] is right")
    trim = table.integer("trim", 0, 0, 100)
    if trim and not has_range:
        table.refuse("trim", "trim drops the highest and the lowest marks; it needs range = [0, 100]")
    scale = Scale(id=table.identifier(), options=read_options(table, scored=True), trim=trim)
    table.done()
    return scale


def read_options(table: Table, *, scored: bool) -> tuple[Option, ...]:
    """The options of a scale, or of a round's own question (which carry no score)."""
    tables = table.tables("options")
    if "options" in table and not 2 <= len(tables) <= MOST_OPTIONS:
        table.refuse("options", f"{len(tables)} options; 2 to {MOST_OPTIONS} are right")
    options = []
    for entry in tables:
        score = entry.exact("score", None, 100) if scored else None
        options.append(Option(id=entry.identifier(), name=entry.text("name"), score=score))
        entry.done()
    refuse_repeats(tables, (option.id for option in options), "option")
    return tuple(options)


def read_criteria(tables: Sequence[Table], scales: Collection[str]) -> tuple[Criterion, ...]:
    criteria = []
    for table in tables:
        weight = table.exact("weight", Fraction(1), 10_000)
        criterion = Criterion(
            id=table.identifier(),
            name=table.text("name"),
            scale=reference(table, "scale", scales),
            weight=Fraction(1) if weight is None else weight,
        )
        table.done()
        criteria.append(criterion)
    return tuple(criteria)


def read_categories(tables: Sequence[Table]) -> tuple[Category, ...]:
    categories = []
    for table in tables:
        category = Category(table.identifier(), table.text("name"), table.integer("bottom", 0, 0, 1000))
        table.done()
        categories.append(category)
    return tuple(categories)


def read_units(tables: Sequence[Table], categories: Collection[str]) -> tuple[Unit, ...]:
    units = []
    for table in tables:
        unit = Unit(
            id=table.identifier(),
            name=table.text("name"),
            category=reference(table, "category", categories),
            head=table.text("head", ""),
            pledges=table.texts("pledges", LONGEST_TEXT) or (),
        )
        table.done()
        units.append(unit)
    return tuple(units)


def read_result(root: Table) -> ResultRules:
    whole = (Channel(VOTE_CHANNEL, VOTE_CHANNEL, Fraction(100)),)
    table = root.table("result")
    if table is None:
        return ResultRules(places=2, empty_panel="redistribute", channels=whole)
    tables = table.tables("channels")
    channels = []
    for entry in tables:
        weight = entry.exact("weight", None, 100)
        if "weight" not in entry:
            entry.refuse("weight", "weight is missing; channel weights sum to 100")
        channels.append(Channel(entry.identifier(), entry.text("name"), weight or Fraction(0)))
        entry.done()
    refuse_repeats(tables, (channel.id for channel in channels), "channel")
    rules = ResultRules(
        places=table.integer("places", 2, 0, 6),
        empty_panel=table.one_of("empty_panel", ("redistribute", "void"), "redistribute"),
        channels=tuple(channels) if "channels" in table else whole,
    )
    table.done()
    return rules


def read_witnesses(root: Table) -> Witnesses | None:
    table = root.table("witnesses")
    if table is None:
        return None
    notaries = _witness_list(table, "notaries", with_statement=True)
    observers = _witness_list(table, "observers", with_statement=False)
    if len(notaries) > 2:
        table.refuse("notaries", f"{len(notaries)} notaries; one or two are right, others are observers")
    _refuse_second_voices(table, notaries, observers)
    if not notaries and not observers:
        table.refuse("notaries", "[witnesses] names nobody; leave the table out when the session is self-asserted")
    quorum = table.table("quorum")
    needed = Quorum(notaries=len(notaries), observers=0)
    if quorum is not None:
        needed = Quorum(
            notaries=quorum.integer("notaries", len(notaries), 0, len(notaries)),
            observers=quorum.integer("observers", 0, 0, len(observers)),
        )
        quorum.done()
    if (notaries or observers) and not (needed.notaries or needed.observers):
        table.refuse(
            "quorum", "a quorum of nobody witnesses nothing; quorum = { notaries = …, observers = … }, one or more"
        )
    table.done()
    return Witnesses(notaries, observers, needed)


def _refuse_second_voices(table: Table, notaries: Sequence[Witness], observers: Sequence[Witness]) -> None:
    """A key has one voice, whatever it calls itself and whichever list it stands in."""
    for keys in ([each.witness for each in (*notaries, *observers)], [each.statement for each in notaries]):
        bare = [key.split("+", 2)[-1] for key in keys if key]
        twice = next((name for name in bare if bare.count(name) > 1), None)
        if twice:
            table.refuse("notaries", f"two witnesses have the key {twice}; each has keys of its own")


def _witness_list(table: Table, key: str, *, with_statement: bool) -> tuple[Witness, ...]:
    tables = table.tables(key)
    witnesses = []
    for entry in tables:
        witness = _vkey(entry, "witness", COSIGNATURE_KEY)
        statement = _vkey(entry, "statement", STATEMENT_KEY) if with_statement else None
        box = entry.text("box", "") if with_statement else ""
        if box and not _is_x25519(box):
            entry.refuse("box", "box is not base64 of 32 bytes; copy the line that notary init printed")
        witnesses.append(Witness(entry.text("name"), witness, statement, box))
        entry.done()
    refuse_repeats(tables, (witness.witness for witness in witnesses), key, "witness")
    return tuple(witnesses)


def _is_x25519(text: str) -> bool:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return False
    return len(data) == 32 and base64.b64encode(data).decode() == text


def _vkey(table: Table, key: str, kind: int) -> str:
    """A C2SP verifier key: name+keyid+base64(kind || 32 bytes); a mistyped one is seen by its key id."""
    vkey = table.text(key)
    parts = vkey.split("+", 2)
    try:
        material = base64.b64decode(parts[2], validate=True) if len(parts) == 3 else b""
    except (binascii.Error, ValueError):
        material = b""
    if len(material) == 33 and material[0] == kind and _VKEY_KEY_ID.fullmatch(parts[1]):
        name_and_key = parts[0].encode("utf-8", "replace") + b"\n" + material
        if hashlib.sha256(name_and_key).hexdigest()[:8] == parts[1] and base64.b64encode(material).decode() == parts[2]:
            return vkey
    if vkey:
        table.refuse(key, f"{key} is not a verifier key of type 0x{kind:02x}; copy name+keyid+key whole")
    return vkey


def reference(table: Table, key: str, known: Collection[str]) -> str:
    """The id of something else in the file, which must exist."""
    value = table.text(key)
    if value and value not in known:
        table.refuse(key, f'{key} = "{value}" is nowhere in this file; known: {some(known)}')
    return value


def refuse_repeats(tables: Sequence[Table], ids: Iterable[str], what: str, key: str = "id") -> None:
    seen: set[str] = set()
    for table, found in zip(tables, ids, strict=True):
        if found and found in seen:
            table.refuse(key, f'{what} "{found}" is there twice; every {key} is given once')
        seen.add(found)
