"""Good files, spoilt at random: bytes put in, left out, repeated, exchanged; values of JSON exchanged for others."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

PIECES = (
    b'"', b"'", b"\n", b"\r", b"\r\n", b"\0", b",", b";", b"|", b"|@|", b"\t", b"\x1b", b"\x7f", b"\xff", b"\x81",
    b"\xef\xbb\xbf", b"\xff\xfe", b"\xf4\x90\x80\x80", b"\xed\xa0\x80", b"\xa3\xb1", "１".encode(), "，".encode(),
    "\u3000".encode(), "\u2028".encode(), b"=", b"-", b"--", b"+", b"@", b"0", b"9" * 30, b"1e999", b"NaN", b"Infinity",
    b"null", b"true", b"~", b"[", b"]", b"{", b"}", b"[" * 60, b": ", b"- ", b"#", b"&a", b"*a", b"<<: ", b"!!int x",
    b"!!python/name:os.system", b"? ", b"%", b"\\", b"../", b"/etc/passwd", b"2026-02-29", b"0001-01-01", b"9999-12-31",
    b"46027",
)  # fmt: skip
"""What has broken readers of files before."""
VALUES: tuple[Any, ...] = (
    None, True, 0, -1, 10**30, 1.5, "", " ", "０", "-5", "1e999", "9" * 40, "2026-02-29", "9999-12-31", "x" * 5_000, [],
    {}, [[]], {"from": 0}, "\x00", "given", "none", "NaN",
)  # fmt: skip


@st.composite
def bytes_spoilt(draw: st.DrawFn, good: bytes) -> bytes:
    """A file with one to six places that are not as they were."""
    data = good
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(data)))
        until = min(len(data), at + draw(st.integers(0, 40)))
        match draw(st.sampled_from(("put in", "leave out", "repeat", "exchange", "cut", "flip"))):
            case "put in":
                data = data[:at] + draw(st.sampled_from(PIECES)) + data[at:]
            case "leave out":
                data = data[:at] + data[until:]
            case "repeat":
                data = data[:until] + data[at:until] * draw(st.integers(1, 50)) + data[until:]
            case "exchange":
                data = data[:at] + draw(st.sampled_from(PIECES)) + data[until:]
            case "cut":
                data = data[:at] if draw(st.booleans()) else data
            case "flip":
                data = data[:at] + draw(st.binary(min_size=1, max_size=4)) + data[at + 1 :]
    return data


@st.composite
def json_spoilt(draw: st.DrawFn, good: Sequence[str]) -> bytes:
    """A JSON file one to three of whose values are others, or missing, or there twice under another name."""
    document = json.loads(draw(st.sampled_from(list(good))))
    for _ in range(draw(st.integers(1, 3))):
        holder: Any = document
        while True:
            keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
            if not keys:
                break
            key = draw(st.sampled_from(keys))
            if isinstance(holder[key], dict | list) and holder[key] and draw(st.integers(0, 3)):
                holder = holder[key]
                continue
            _exchange(draw, holder, key)
            break
    return json.dumps(document, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _exchange(draw: st.DrawFn, holder: Any, key: Any) -> None:
    match draw(st.sampled_from(("other", "none", "beside"))):
        case "other":
            holder[key] = draw(st.sampled_from(VALUES))
        case "none":
            del holder[key]
        case "beside" if isinstance(holder, dict):
            holder[draw(st.sampled_from(("x", "note", "events", "kind", "")))] = holder[key]
        case _:
            holder.append(holder[key])
