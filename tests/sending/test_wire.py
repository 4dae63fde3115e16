"""What stands on the wire between 354 and the final dot (RFC 5321, 4.5.2)."""

import select
import socket
import struct

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from makers.letters import GOLDEN, a_letter, a_message
from protestmail.errors import ConnectionLost
from protestmail.sending.wire import Wire, stuffed
from servers.postfix import HOST

LINE = st.one_of(
    st.sampled_from([b"", b".", b"..", b"...", b".x", b". ", b"x.", b"From x", b"\t", b".\t."]),
    st.binary(max_size=30).map(lambda one: one.translate(None, b"\r\n")),
)
TEXT = st.lists(LINE, max_size=30).map(lambda lines: b"".join(one + b"\r\n" for one in lines))


def test_a_server_that_breaks_off_at_once() -> None:
    """P58: a connection that is reset before it is used is lost, and nothing of it was sent."""
    with socket.create_server((HOST, 0)) as listening:
        sock = socket.create_connection(listening.getsockname()[:2])
        theirs, _ = listening.accept()
        theirs.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        theirs.close()
        select.select([sock], [], [])

        with pytest.raises(ConnectionLost) as lost:
            str(Wire(sock, "mail.branch.example:25").peer)
        sock.close()

    assert lost.value.unsent


def unstuffed(wire: bytes) -> tuple[bytes, bytes]:
    """Read like a server: give the text until the lone dot, and what stands behind that."""
    lines: list[bytes] = []
    while True:
        line, end, wire = wire.partition(b"\r\n")
        assert end, "the text has no end"
        if line == b".":
            return b"".join(lines), wire
        lines.append(line.removeprefix(b".") + end)


@settings(max_examples=200)
@given(TEXT)
@example(b"")
@example(b".\r\n")
@example(b"\r\n.\r\n")
@example(b".\r\n.\r\n..\r\n.\r\n")
def test_there_and_back(text: bytes) -> None:
    """P23: a server that takes the dots out gets the text, byte for byte, and nothing behind it."""
    assert unstuffed(stuffed(text)) == (text, b"")


@settings(max_examples=150)
@given(TEXT)
def test_one_end_only(text: bytes) -> None:
    """P23: no line but the last one is a lone dot, and no line grows by more than its dot."""
    *lines, last, nothing = stuffed(text).split(b"\r\n")

    assert (last, nothing) == (b".", b"")
    assert b"." not in lines
    before = text.split(b"\r\n")[:-1]
    assert [len(line) - len(old) for line, old in zip(lines, before, strict=True)] == [
        int(old.startswith(b".")) for old in before
    ]


@pytest.mark.parametrize("name", ["mangistau-en", "mangistau-ru", "names", "attachment"])
def test_golden_messages(name: str) -> None:
    """P23: the golden messages end a line where they end, so that the dot has a line of its own."""
    data = (GOLDEN / f"{name}.eml").read_bytes()

    assert data.endswith(b"\r\n")
    assert unstuffed(stuffed(data)) == (data, b"")


@settings(max_examples=60)
@given(st.text("ab.\n ", max_size=60))
def test_letters(body: str) -> None:
    """P23: whatever a letter's text is made of, a message ends with a whole line."""
    data = a_message(a_letter(body=f"x{body}x")).data

    assert data.endswith(b"\r\n")
    assert unstuffed(stuffed(data)) == (data, b"")
