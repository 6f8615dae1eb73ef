"""Which bank may be bound to what outside. Pure.

A line is whatever carries something of a bank out of this machine: a telephone trunk, a gateway of short messages, a
mail server, a messenger, an address that is told of events. The people of a simulated bank do not exist, but a number
that is dialled by mistake may belong to somebody who does.
"""

from typing import Final

THIS_MACHINE: Final = frozenset({"localhost", "127.0.0.1", "::1"})
"""Exactly these: another name may lead anywhere, and other spellings of the same address are not worth a guess."""


def line_allowed(*, simulated: bool, host: str) -> bool:
    """Whether a bank may be bound to a line at ``host`` (a name or address, without scheme and port)."""
    return not simulated or host in THIS_MACHINE
