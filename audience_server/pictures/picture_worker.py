"""One picture in, one harmless JPEG out, in a process that may do nothing else and ends soon.

Started as a file by its path, isolated, with the picture on standard input; it imports nothing of ours.  JPEG, PNG and
WEBP only, no animation, bounded pixels; turned upright, made smaller, drawn anew, so that no metadata is left.  Exit
code 1: not a picture that can be used.
"""

from __future__ import annotations

import io
import resource
import sys
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

FORMATS = ("JPEG", "PNG", "WEBP")
MOST_PIXELS = 25_000_000
LONGEST_SIDE = 1600
QUALITY = 82
CPU_SECONDS = 8
MEMORY_BYTES = 1_000_000_000


class BadPicture(Exception):
    """Not to be used; the text is for the log."""


def restrain() -> None:
    """No more time, memory, files or processes than one picture takes."""
    for what, most in (
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NPROC, 0),
    ):
        resource.setrlimit(what, (most, most))


def harmless(data: bytes) -> bytes:
    """The picture as a new JPEG."""
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    warnings.simplefilter("error")
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            if image.width * image.height > MOST_PIXELS or getattr(image, "is_animated", False):
                raise BadPicture("too many pixels or moving")
            image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            upright = ImageOps.exif_transpose(image)
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            return _drawn_anew(upright)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, MemoryError, Warning) as error:
        raise BadPicture(f"{type(error).__name__}") from None
    except Image.DecompressionBombError as error:
        raise BadPicture(str(error)) from None


def _drawn_anew(image: Image.Image) -> bytes:
    """The pixels alone, on white where they let something through."""
    canvas = Image.new("RGB", image.size, "white")
    shown = image.convert("RGBA")
    canvas.paste(shown, mask=shown.getchannel("A"))
    out = io.BytesIO()
    canvas.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()


def main() -> int:
    data = sys.stdin.buffer.read()
    restrain()
    try:
        made = harmless(data)
    except BadPicture as bad:
        print(bad, file=sys.stderr)
        return 1
    sys.stdout.buffer.write(made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
