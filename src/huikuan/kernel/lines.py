"""The one place where a bank is allowed a line to the outside.

Whatever is about to bind a bank to a line, or to use one, asks ``line_require`` with the host it would connect to;
tables of lines refuse the same by ``kernel.rls.outside_line``. The simulator asks the opposite question. The rule
itself is `kernel.rules.lines`. No package of this version connects anywhere: ``kernel/tests/test_lines.py`` looks.
"""

from __future__ import annotations

from huikuan.kernel.errors import ConflictError
from huikuan.kernel.rules.lines import line_allowed
from huikuan.kernel.selectors.users import bank_by_id


class SimulatedBankLineError(ConflictError):
    """A simulated bank was about to be bound to something outside."""

    code = "kernel.simulated_bank_line"

    def __init__(self, bank_code: str, host: str) -> None:
        super().__init__(
            f"Bank {bank_code!r} is simulated and may not be bound to {host!r}. Only lines on this machine (localhost) "
            "are allowed for it; a bank stays simulated for ever, so a real line needs a real bank."
        )


class BankNotSimulatedError(ConflictError):
    """The simulator was asked to work on a bank of real people."""

    code = "kernel.bank_not_simulated"

    def __init__(self, bank_code: str) -> None:
        super().__init__(
            f"Bank {bank_code!r} is not simulated: the simulator writes nothing for it. "
            "Create a bank with `huikuan lab create`, or with `huikuan bank create --simulated`."
        )


def line_require(*, bank_id: int, host: str) -> None:
    """Raise SimulatedBankLineError unless the bank may be bound to a line at ``host`` (without scheme and port)."""
    bank = bank_by_id(bank_id)
    if not line_allowed(simulated=bank.simulated, host=host):
        raise SimulatedBankLineError(bank.code, host)


def simulated_require(*, bank_id: int) -> None:
    """Raise BankNotSimulatedError unless the bank is simulated."""
    bank = bank_by_id(bank_id)
    if not bank.simulated:
        raise BankNotSimulatedError(bank.code)
