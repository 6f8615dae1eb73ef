"""The one way of rounding: half up, in integers."""


def half_up(numerator: int, denominator: int) -> int:
    """The integer nearest to numerator / denominator; a half goes up (2.5 -> 3, -0.5 -> 0)."""
    return (2 * numerator + denominator) // (2 * denominator)
