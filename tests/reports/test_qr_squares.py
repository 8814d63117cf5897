"""A QR code as rectangles."""

import zxingcpp
from PIL import Image

from audience_server.reports.qr_squares import QUIET_ZONE, QrSquares, qr_squares

LINK = "http://192.168.8.2:8080/#c1.ABCDEFGHJKLMNPQRSTUV.abcdefghijklmnopqrstuv"


def painted(squares: QrSquares, module: int = 4) -> Image.Image:
    image = Image.new("L", (squares.modules * module, squares.modules * module), 255)
    for column, row, length in squares.runs:
        image.paste(0, (column * module, row * module, (column + length) * module, (row + 1) * module))
    return image


def test_the_rectangles_are_the_code() -> None:
    [found] = zxingcpp.read_barcodes(painted(qr_squares(LINK)))
    assert found.text == LINK
    assert found.ec_level == "Q"


def test_the_quiet_zone_is_white_on_all_sides() -> None:
    squares = qr_squares(LINK)
    inner = range(QUIET_ZONE, squares.modules - QUIET_ZONE)
    assert all(
        row in inner and column in inner and column + length - 1 in inner for column, row, length in squares.runs
    )


def test_neighbouring_modules_are_one_rectangle() -> None:
    """Fewer rectangles, and no hairline inside a bar."""
    runs = set(qr_squares(LINK).runs)
    assert not [run for run in runs if any((run[0] + run[2], run[1], more) in runs for more in range(1, 60))]
