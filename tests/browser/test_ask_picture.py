"""A photo with a question: made smaller on the phone, without place and time, sent in small frames."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import Arrive
from tests.browser.hall import Hall
from tests.browser.sample import asking_facts, window
from tests.browser.test_asking import WORDS, lose_asks, send, write
from tests.browser.test_ballot import recorded, vote
from tests.browser.test_real_show import real_hall
from tests.browser.test_trouble import keep_all
from tests.show_rig import SMALL_SESSION

pytestmark = pytest.mark.browser

MOST = 120_000


def photo(path: Path, size: tuple[int, int] = (2400, 1800)) -> Path:
    """A photo as a camera writes it: large, lying on its side, with a maker and a place."""
    image = Image.effect_noise(size, 60).convert("RGB")
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "CAMERA-MAKER"
    exif.get_ifd(0x8825)[1] = "N"
    image.save(path, "JPEG", quality=80, exif=exif)
    return path


async def add_photo(page: Page, path: Path) -> None:
    async with page.expect_file_chooser() as chooser:
        await page.get_by_role("button", name="加一张照片").tap()
    await (await chooser.value).set_files(path)


def put_together(parts: list[bytes]) -> tuple[str, bytes]:
    """What a receiver makes of the frames: id and bytes."""
    assert max(map(len, parts)) <= 15 * 1024
    (name,) = {part[:16] for part in parts}
    assert [(number, len(parts)) for number in range(len(parts))] == [
        (int.from_bytes(part[16:18], "big"), int.from_bytes(part[18:20], "big")) for part in parts
    ]
    return name.hex(), b"".join(part[20:] for part in parts)


async def test_a_photo_leaves_the_phone_small_upright_and_without_its_metadata(
    arrive: Arrive, hall: Hall, tmp_path: Path
) -> None:
    hall.facts["asking"] = asking_facts(picture_bytes=MOST)
    page = await arrive()
    await write(page)
    await add_photo(page, photo(tmp_path / "photo.jpg"))
    await page.get_by_role("img", name="您选的照片").wait_for()
    await send(page)
    await page.get_by_text("提问回执").wait_for()
    name, data = put_together(hall.questions.parts)
    assert name == hall.of("ask")[0]["picture"]
    assert MOST >= len(data)
    assert b"CAMERA-MAKER" not in data
    made = Image.open(BytesIO(data))
    assert ("JPEG", {}) == (made.format, dict(made.getexif()))
    assert 1600 >= max(made.size)
    assert made.size[1] > made.size[0]


async def test_a_photo_can_be_taken_out_again(arrive: Arrive, hall: Hall, tmp_path: Path) -> None:
    hall.facts["asking"] = asking_facts(picture_bytes=MOST)
    page = await arrive()
    await write(page)
    await add_photo(page, photo(tmp_path / "photo.jpg", (300, 200)))
    await page.get_by_role("button", name="去掉照片").tap()
    await send(page)
    await page.get_by_text("提问回执").wait_for()
    assert "picture" not in hall.of("ask")[0]
    assert [] == hall.questions.parts


async def test_a_file_that_is_no_photo_is_said_to_be_none(arrive: Arrive, hall: Hall, tmp_path: Path) -> None:
    hall.facts["asking"] = asking_facts(picture_bytes=MOST)
    (tmp_path / "photo.jpg").write_bytes(b"<svg onload=alert(1)>")
    page = await arrive()
    await write(page)
    await add_photo(page, tmp_path / "photo.jpg")
    await page.get_by_text("这张照片用不了").wait_for()
    await send(page)
    await page.get_by_text("提问回执").wait_for()


async def test_an_unanswered_question_brings_its_photo_again(arrive: Arrive, hall: Hall, tmp_path: Path) -> None:
    hall.facts["asking"] = asking_facts(picture_bytes=MOST)
    page = await arrive()
    await write(page)
    await add_photo(page, photo(tmp_path / "photo.jpg", (300, 200)))
    hall.fault = lose_asks
    await send(page)
    await hall.heard_of("ask", 1)
    first = list(hall.questions.parts)
    hall.questions.parts.clear()
    hall.fault = keep_all
    await hall.cut()
    await page.get_by_text("提问回执").wait_for()
    assert first == hall.questions.parts


async def test_a_ballot_in_front_leaves_the_photo_where_it_is(arrive: Arrive, hall: Hall, tmp_path: Path) -> None:
    hall.facts["asking"] = asking_facts(picture_bytes=MOST)
    page = await arrive()
    await write(page)
    await add_photo(page, photo(tmp_path / "photo.jpg", (300, 200)))
    await page.get_by_role("img", name="您选的照片").wait_for()
    await hall.open(window("r01"))
    await vote(page, "满意")
    await recorded(page)
    await page.get_by_role("button", name="接着写提问").tap()
    await page.get_by_role("img", name="您选的照片").wait_for()


async def test_a_session_without_pictures_does_not_offer_them(arrive: Arrive, hall: Hall) -> None:
    page = await arrive()
    await write(page)
    await expect(page.get_by_role("button", name="加一张照片")).to_have_count(0)


async def test_the_real_server_takes_the_photo(chromium: Browser, tmp_path: Path) -> None:
    text = SMALL_SESSION.replace("[[panel]]", "[questions]\npicture_kb = 200\n\n[[panel]]", 1)
    async with real_hall(chromium, text) as hall:
        page = await hall.voter(0)
        await write(page)
        await add_photo(page, photo(tmp_path / "photo.jpg"))
        await page.get_by_role("img", name="您选的照片").wait_for()
        await send(page)
        await page.get_by_text("提问回执").wait_for()
        question = hall.show.session.questions.find("Q0001")
        assert question is not None
        assert (True, WORDS) == (question.picture, question.text)
