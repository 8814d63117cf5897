"""Wires one node: directory, store, session and its two doors.  The only place that does."""

from __future__ import annotations

import asyncio
import json
import logging
import logging.handlers
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from audience_server.clock import LoopClock
from audience_server.collector import calm_collector
from audience_server.domain.rundown import Rundown
from audience_server.endpoints.listen import ControlDoor, PortTaken, PublicDoor
from audience_server.lan_address import lan_address
from audience_server.live_air_scenes import JoinCode
from audience_server.live_facts import Journals, SessionFiles
from audience_server.live_record import RecordDamaged
from audience_server.live_session import LiveSession
from audience_server.locale.catalogue import catalogue
from audience_server.pages.page_set import phone_page_set, role_page_set, studio_page_set
from audience_server.reports.card_issue import misfits
from audience_server.reports.qr_squares import qr_squares
from audience_server.session_directory import DirectoryRefused, SessionDirectory
from audience_server.stores.journal_sqlite import SqliteJournal
from audience_server.stores.port import StoreFailed
from audience_server.stores.sqlite import SqliteStore

LOG_BYTES = 5_000_000


class ServeRefused(Exception):
    """The session cannot be served as asked; the text says what would be right."""


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """What `touchstone serve` was told.  `rules` are the session file's bytes, already read into `rundown`."""

    rundown: Rundown
    rules: bytes
    session_name: str
    data: Path
    listen: tuple[str, int]
    control: tuple[str, int]
    rehearsal: bool


@dataclass(slots=True)
class Node:
    """A session being served: its parts, in the order in which they stop."""

    session: LiveSession
    public: PublicDoor
    control: ControlDoor
    directory: SessionDirectory
    url: str
    control_url: str

    def ready_line(self) -> str:
        return json.dumps(
            {
                "ready": True,
                "url": self.url,
                "control": self.control_url,
                "token_file": str(self.directory.path / "operator.token"),
                "air": f"{self.url}/air",
                "wall": f"{self.url}/wall",
                "desk": f"{self.url}/desk",
                "origin": self.session.origin,
                "log_vkey": self.session.log_vkey,
                "pid": os.getpid(),
            },
            ensure_ascii=False,
        )

    async def stop(self) -> None:
        await self.public.close()
        await self.control.close()
        await self.session.stop()
        self.directory.unlock()


def software_name() -> str:
    try:
        return f"touchstone {version('touchstone-console')}"
    except PackageNotFoundError:
        return "touchstone"


def prepare_directory(options: ServeOptions) -> SessionDirectory:
    """The locked directory with everything a session needs before entry 0, or a refusal that says what is missing."""
    rundown = options.rundown
    _refuse_unbuilt(rundown)
    directory = SessionDirectory.create_or_open(options.data, rundown.origin, options.rehearsal)
    directory.lock()
    try:
        if not directory.has_rolls:
            _make_empty_rolls(directory, options)
        directory.refuse_changed(options.rules)
        _check_rolls(directory, options)
        directory.begin(options.rules, phone_page_set())
    except BaseException:
        directory.unlock()
        raise
    return directory


def _refuse_unbuilt(rundown: Rundown) -> None:
    named = rundown.witnesses
    if "notary" in {*rundown.session.confirm.lock, *rundown.session.confirm.reveal} and not (named and named.notaries):
        raise ServeRefused(
            "confirm names the notary, but [witnesses] names none; add the lines that notary init printed, "
            "or take notary out of confirm"
        )
    delayed = [panel.id for panel in rundown.panels if panel.air_delay_seconds]
    if delayed:
        raise ServeRefused(
            f"panel {', '.join(delayed)} has air_delay_seconds, which this version cannot hold back yet; leave it out"
        )


def _make_empty_rolls(directory: SessionDirectory, options: ServeOptions) -> None:
    if options.rundown.card_panels:
        raise ServeRefused(f"{options.data} has no cards yet; make them first: {_cards_command(options)}")
    directory.write_rolls({"rolls/index.json": b"{}\n"}, codes_exported=False)


def _check_rolls(directory: SessionDirectory, options: ServeOptions) -> None:
    found = misfits(directory.rolls()["rolls/index.json"], options.rundown)
    if found:
        raise ServeRefused(
            f"the cards in {directory.path} do not fit {options.session_name}: {'; '.join(found)}. Serve the file that "
            "they were made for, or make cards in an empty directory, or here, where printed cards die by it: "
            f"{_cards_command(options, ' --again')}"
        )


def _cards_command(options: ServeOptions, again: str = "") -> str:
    rehearsal = " --rehearsal" if options.rehearsal else ""
    return f"touchstone cards {options.session_name} --data {options.data} --out cards.pdf{again}{rehearsal}"


def session_files(directory: SessionDirectory, language: str) -> SessionFiles:
    words = catalogue(language, "record")
    reasons = {cause: words.text(f"close_{cause}") for cause in ("early", "lock", "restart")}
    return SessionFiles(
        kind=directory.kind,
        origin=directory.origin,
        rules=directory.rules(),
        rolls=directory.rolls(),
        page=directory.page(),
        log_seed=directory.log_seed(),
        codes_exported=directory.codes_exported,
        software=software_name(),
        close_reasons=reasons,
        load_desk=directory.load_desk,
        save_desk=directory.save_desk,
        was_begun=lambda: directory.record_begun,
        note_begun=directory.note_record_begun,
        operator_token=directory.operator_token(),
        people=directory.load_people(),
        save_people=directory.save_people,
    )


async def open_journals(directory: SessionDirectory) -> Journals:
    """The three journals beside the record, all or none."""
    opened: list[SqliteJournal] = []
    try:
        for name in ("questions", "register", "show-log"):
            opened.append(await SqliteJournal.open(directory.journal_path(name)))
    except BaseException:
        for journal in opened:
            await journal.close()
        raise
    return Journals(*opened)


async def start_node(options: ServeOptions) -> Node:
    """Replay the record and open both ports.  Raises ServeRefused, DirectoryRefused or RecordDamaged."""
    directory = prepare_directory(options)
    try:
        store = await SqliteStore.open(directory.record_path)
        language = options.rundown.session.language
        try:
            journals = await open_journals(directory)
        except BaseException:
            await store.close()
            raise
        session = LiveSession(options.rundown, session_files(directory, language), store, LoopClock(), journals)
        try:
            await session.start()
            return await _open_doors(options, directory, session)
        except BaseException:
            await session.stop()
            raise
    except BaseException:
        directory.unlock()
        raise


async def _open_doors(options: ServeOptions, directory: SessionDirectory, session: LiveSession) -> Node:
    studio = studio_page_set(directory.air_themes())
    public = await PublicDoor.start(session, *options.listen, studio)
    host = lan_address() if options.listen[0] in ("0.0.0.0", "::", "") else options.listen[0]
    url = f"http://{_bracketed(host)}:{public.port}"
    try:
        control = await ControlDoor.start(
            session,
            *options.control,
            join_url=join_url(options.rundown, url),
            metrics=public.metrics,
            pages={**studio, **role_page_set()},
        )
    except BaseException:
        await public.close()
        raise
    session.air.maker.join = join_code(join_url(options.rundown, url))
    control_url = f"ws://{_bracketed(options.control[0])}:{control.port}/control"
    return Node(session, public, control, directory, url, control_url)


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def join_url(rundown: Rundown, url: str) -> str:
    """What the console shows as QR: the open panel's shared link, else the page where a card's code is typed."""
    base = (rundown.session.url or url).rstrip("/")
    opened = next(iter(rundown.open_panels), None)
    return f"{base}/#open.{opened.id}" if opened is not None else f"{base}/"


def join_code(url: str) -> JoinCode:
    """The QR that air and wall show."""
    squares = qr_squares(url)
    return JoinCode(url, squares.modules, squares.runs)


def start_logging(path: Path) -> None:
    """The server's log goes to a file; the terminal belongs to the ready line."""
    handler = logging.handlers.RotatingFileHandler(path, maxBytes=LOG_BYTES, backupCount=3, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)


async def serve(options: ServeOptions, say: Callable[[str], None]) -> int:
    """Serve until SIGTERM or SIGINT; `say` gets the ready line."""
    options.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    node = await start_node(options)
    start_logging(node.directory.log_path)
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    calm_collector()
    say(node.ready_line())
    await stopping.wait()
    await node.stop()
    return 0


def run(options: ServeOptions) -> int:
    """The process of `touchstone serve`: exit code 0 stopped, 1 refused."""
    try:
        if sys.platform != "win32":
            import uvloop

            return uvloop.run(serve(options, _print_now))
        return asyncio.run(serve(options, _print_now))
    except (ServeRefused, DirectoryRefused, PortTaken, RecordDamaged, StoreFailed) as refused:
        print(refused, file=sys.stderr)
        return 1


def _print_now(line: str) -> None:
    print(line, flush=True)
