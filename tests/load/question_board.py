"""The desk of questions with 5,000 of them: `python -m tests.load.question_board [QUESTIONS]`.

Says what adding one costs, how long the loop is held at worst (CPU of one turn of the loop, so that other processes do
not count), and what bulk deeds, readings and a restart take.  Two screeners watch all the while.
"""

from __future__ import annotations

import asyncio
import gc
import random
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from audience_server.audience.question_model import wishes
from audience_server.clock import LoopClock
from audience_server.collector import calm_collector
from audience_server.endpoints.queue_pushes import push_queue
from audience_server.live_questions import QuestionDesk
from audience_server.live_questions_asking import Asked
from audience_server.stores.journal_sqlite import SqliteJournal
from audience_server.wire import control
from audience_server.wire.codec import encode
from tests.question_rig import SCREENER
from tests.show_rig import SMALL_SESSION, Show, settle

MANY = SMALL_SESSION.replace("seats = 6", "seats = 60") + '\n[questions]\nper_card = 100\nwords = ["黑钱", "打人"]\n'
SAMPLE = 50


class Stall:
    """The longest turn of the loop, in CPU milliseconds of its thread."""

    def __init__(self) -> None:
        self.longest = 0.0
        self._meter = asyncio.ensure_future(self._watch())

    async def _watch(self) -> None:
        while True:
            before = time.thread_time()
            await asyncio.sleep(0)
            self.longest = max(self.longest, time.thread_time() - before)

    @asynccontextmanager
    async def of(self, what: str) -> AsyncIterator[None]:
        gc.collect()
        await settle()
        self.longest, started = 0.0, time.perf_counter()
        yield
        took = (time.perf_counter() - started) * 1000
        print(f"{what}: {took:.0f} ms, longest turn {self.longest * 1000:.1f} ms", flush=True)

    def end(self) -> None:
        self._meter.cancel()


def texts(count: int) -> list[str]:
    """Each with something of its own, so that not all ask the same."""
    chance = random.Random(1)
    made = [wish.text for wish in wishes(2 * count, ["edu"], [], chance) if 3 < len(wish.text) < 150][:count]
    return [text + "".join(chr(chance.randint(0x4E00, 0x6FFF)) for _ in range(20)) for text in made]


async def main(count: int) -> None:
    calm_collector()
    show = await Show(MANY).start()
    with tempfile.TemporaryDirectory() as folder:
        journal = await SqliteJournal.open(Path(folder) / "questions.sqlite")
        try:
            await measure(show, journal, texts(count))
        finally:
            await journal.close()


async def measure(show: Show, journal: SqliteJournal, asked: list[str]) -> None:
    phones = await show.phones(60)
    desk, stall = await opened(show, journal), Stall()
    async with stall.of(f"{len(asked)} questions received and compared"):
        for number, text in enumerate(asked):
            await received(desk, phones[number % 50], text)
        await compared(desk)
    async with stall.of("the whole queue to two screeners"):
        screeners = [Screener(desk), Screener(desk)]
        await caught_up(screeners)
    async with stall.of(f"{SAMPLE} more, one by one, compared and pushed"):
        for number in range(SAMPLE):
            await received(desk, phones[50 + number % 10], f"第{number}个新问题,为什么还没有人管?")
        await compared(desk)
        await caught_up(screeners)
    await measure_commands(desk, stall, screeners)
    for screener in screeners:
        screener.end()
    stall.end()
    await desk.stop()
    started = time.perf_counter()
    again = await opened(show, journal)
    print(f"a restart with {len(again.views())}: {time.perf_counter() - started:.2f} s", flush=True)
    await again.stop()


async def measure_commands(desk: QuestionDesk, stall: Stall, screeners: Sequence[Screener]) -> None:
    numbers = tuple(desk.changed_after(0))
    async with stall.of("all approved"):
        await desk.commands["question"]({"numbers": numbers, "do": "approve"}, SCREENER)
    async with stall.of("all of it undone"):
        await desk.commands["question-undo"]({}, SCREENER)
    async with stall.of("a search"):
        await desk.commands["questions"]({"text": "堵車"}, SCREENER)
    async with stall.of("3,000 words set and all flagged anew"):
        words = [f"词{number}" for number in range(3000)]
        await desk.commands["words"]({"words": words}, SCREENER)
        await caught_up(screeners)


async def opened(show: Show, journal: SqliteJournal) -> QuestionDesk:
    desk = QuestionDesk(show.session.state, journal, LoopClock(), lambda code, text: None, lambda: None)
    await desk.start()
    return desk


async def received(desk: QuestionDesk, phone: Any, text: str) -> None:
    answer: asyncio.Future[object] = asyncio.get_running_loop().create_future()
    desk.asking.ask(phone.seat, Asked("question", text, "edu"), answer.set_result)
    await answer


async def compared(desk: QuestionDesk) -> None:
    """Until every question was compared with all others, and that is written down."""
    while len(desk._board.alike) < len(desk._board.questions):
        await desk.changed.wait(desk.revision)


class Screener:
    """Somebody whose console is sent the queue and every change of it."""

    def __init__(self, desk: QuestionDesk) -> None:
        self._desk = desk
        self._seen = -1
        self._heard = asyncio.Event()
        self._pushes = asyncio.ensure_future(push_queue(desk, self._take, 1))

    async def _take(self, message: control.Questions) -> None:
        encode(message)
        if message.complete:
            self._seen = message.revision
            self._heard.set()

    async def caught_up(self) -> None:
        while self._seen < self._desk.revision:
            self._heard.clear()
            await self._heard.wait()

    def end(self) -> None:
        self._pushes.cancel()


async def caught_up(screeners: Iterable[Screener]) -> None:
    """Until everybody was sent everything."""
    for each in screeners:
        await each.caught_up()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 5000))
