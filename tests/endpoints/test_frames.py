"""The short way for one frame shape agrees with the library's way for every other."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from websockets.frames import Frame, Opcode

from audience_server.endpoints.frames import take_text, text_frame, unmask

LARGEST = 16 * 1024


@given(st.binary(max_size=70_000))
def test_the_servers_frames_are_the_librarys(payload: bytes) -> None:
    """Three lengths of length."""
    assert Frame(Opcode.TEXT, payload).serialize(mask=False) == text_frame(payload)


@given(st.binary(max_size=300), st.binary(min_size=4, max_size=4))
def test_unmasking_is_its_own_opposite(payload: bytes, mask: bytes) -> None:
    """RFC 6455, section 5.3."""
    masked = bytes(byte ^ mask[place % 4] for place, byte in enumerate(payload))
    assert payload == unmask(masked, mask)


@given(st.lists(st.binary(max_size=400), max_size=4), st.binary(max_size=8))
def test_whole_text_frames_are_taken_and_the_rest_is_left(payloads: list[bytes], rest: bytes) -> None:
    """Frame after frame; what does not fit is left where it begins."""
    stream = b"".join(Frame(Opcode.TEXT, payload).serialize(mask=True) for payload in payloads) + rest
    start = 0
    taken: list[bytes] = []
    while (found := take_text(stream, start, LARGEST)) is not None and len(taken) < len(payloads):
        payload, start = found
        taken.append(payload)
    assert payloads == taken
    assert rest == stream[start:]


def test_other_frames_are_left_to_the_library() -> None:
    """Fragments, control frames, unmasked, too long, a length written longer than needed."""
    others = [
        Frame(Opcode.TEXT, b"a", fin=False).serialize(mask=True),
        Frame(Opcode.PING, b"").serialize(mask=True),
        Frame(Opcode.BINARY, b"a").serialize(mask=True),
        Frame(Opcode.TEXT, b"a").serialize(mask=False),
        Frame(Opcode.TEXT, b"a" * (LARGEST + 1)).serialize(mask=True),
        b"\x81\xfe\x00\x05\0\0\0\0hello",
        Frame(Opcode.TEXT, b"abc").serialize(mask=True)[:-1],
        b"",
    ]
    for stream in others:
        assert take_text(stream, 0, LARGEST) is None
