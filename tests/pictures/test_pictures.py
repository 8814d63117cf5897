"""Pictures of strangers: what comes out is a small JPEG without metadata, or nothing."""

from __future__ import annotations

import asyncio
import io
import struct
import sys
import zlib

import pytest
from PIL import Image

from audience_server.pictures.picture_cleaner import MOST_WAITING, PictureCleaner, TooBusy
from audience_server.pictures.picture_worker import LONGEST_SIDE, BadPicture, harmless


def picture(size: tuple[int, int] = (400, 200), kind: str = "JPEG", **options: object) -> bytes:
    out = io.BytesIO()
    mode = "RGBA" if kind in ("PNG", "WEBP") else "RGB"
    Image.new(mode, size, "red").save(out, kind, **options)
    return out.getvalue()


def with_exif() -> bytes:
    """Taken on its side, with a place and a secret in it."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "secret words"
    exif.get_ifd(0x8825)[2] = (31.0, 14.0, 5.0)
    return picture(exif=exif.tobytes(), comment=b"another secret")


def moving(kind: str) -> bytes:
    out = io.BytesIO()
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    frames[0].save(out, kind, save_all=True, append_images=frames[1:])
    return out.getvalue()


def bomb(side: int = 60_000) -> bytes:
    """A PNG that says it is huge."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    body = zlib.compress(bytes(2_000_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_the_three_kinds_come_out_as_jpeg(kind: str) -> None:
    """Whatever the file is called."""
    with Image.open(io.BytesIO(harmless(picture(kind=kind)))) as made:
        assert ("JPEG", (400, 200)) == (made.format, made.size)


def test_metadata_is_gone_and_the_picture_stands_upright() -> None:
    """Where it was taken concerns nobody."""
    made = harmless(with_exif())
    with Image.open(io.BytesIO(made)) as image:
        assert ((200, 400), {}) == (image.size, dict(image.getexif()))
    assert b"secret" not in made
    assert b"Exif" not in made


def test_a_large_picture_becomes_small() -> None:
    """A phone's twelve megapixels are too many for a desk."""
    with Image.open(io.BytesIO(harmless(picture((4000, 3000))))) as made:
        assert (LONGEST_SIDE, LONGEST_SIDE * 3 // 4) == made.size


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        picture()[:-200],
        picture(kind="PNG")[:60],
        bomb(),
        moving("GIF"),
        moving("WEBP"),
        moving("PNG"),
        picture(kind="BMP"),
        picture(kind="TIFF"),
    ],
    ids=["empty", "text", "svg", "cut-jpeg", "cut-png", "bomb", "gif", "webp", "apng", "bmp", "tiff"],
)
def test_what_is_no_plain_picture_is_refused(data: bytes) -> None:
    """Cut, moving, huge, or of another kind."""
    with pytest.raises(BadPicture):
        harmless(data)


async def test_the_worker_is_a_process_that_says_yes_or_no() -> None:
    """With the limits on it."""
    cleaner = PictureCleaner()
    made = await cleaner.harmless(with_exif())
    assert made is not None
    assert made.startswith(b"\xff\xd8")
    assert None is await cleaner.harmless(bomb())
    assert None is await cleaner.harmless(b"")


async def test_a_worker_that_hangs_or_dies_is_no_picture() -> None:
    """It is ended; nothing waits for it."""
    hanging = PictureCleaner((sys.executable, "-I", "-c", "while True: pass"), 0.3)
    assert None is await hanging.harmless(b"x")
    assert None is await PictureCleaner((sys.executable, "-I", "-c", "import os; os.abort()")).harmless(b"x")


async def test_too_many_at_once_are_told_to_come_back() -> None:
    """A hall of pictures must not be a hall of processes."""
    hanging = PictureCleaner((sys.executable, "-I", "-c", "while True: pass"), 60)
    waiting = [asyncio.ensure_future(hanging.harmless(b"x")) for _ in range(MOST_WAITING)]
    await asyncio.sleep(0)
    with pytest.raises(TooBusy):
        await hanging.harmless(b"x")
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
