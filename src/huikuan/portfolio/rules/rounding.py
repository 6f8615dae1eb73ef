"""How a fraction becomes a whole amount, in integers."""

from huikuan.portfolio.conventions import Rounding


def half_up(numerator: int, denominator: int) -> int:
    """The integer nearest to numerator / denominator; a half goes up (2.5 -> 3, -0.5 -> 0)."""
    return (2 * numerator + denominator) // (2 * denominator)


def round_ratio(numerator: int, denominator: int, rounding: Rounding, unit: int = 1) -> int:
    """The multiple of ``unit`` that numerator / denominator becomes; denominator and unit are above 0.

    Half up: a half goes up, also below zero (-0.5 -> 0), as ``half_up`` does. Half even: to the even multiple.
    Up is away from zero, down is towards zero, as in the JDK's RoundingMode.
    """
    step = denominator * unit
    if rounding is Rounding.HALF_UP:
        return half_up(numerator, step) * unit
    whole, rest = divmod(numerator, step)  # whole is rounded down, 0 <= rest < step
    if rounding is Rounding.HALF_EVEN:
        up = 2 * rest > step or (2 * rest == step and whole % 2 == 1)
    else:
        up = rest > 0 and (numerator > 0) is (rounding is Rounding.UP)
    return (whole + up) * unit
