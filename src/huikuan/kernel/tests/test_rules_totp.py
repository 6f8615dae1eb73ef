"""Codes of an authenticator, on the test vectors of RFC 6238 (SHA-1, cut to six digits)."""

import pytest

from huikuan.kernel.rules.totp import code_is_spent, step_of_code

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # base 32 of 12345678901234567890


@pytest.mark.parametrize(
    ("second", "code"), [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (2000000000, "279037")]
)
def test_code_of_the_standard_is_accepted(second: int, code: str) -> None:
    assert step_of_code(SECRET, code, second, 0) == second // 30


@pytest.mark.parametrize(("drift", "accepted"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_code_one_step_off_is_accepted_and_two_steps_off_is_not(drift: int, accepted: bool) -> None:
    assert (step_of_code(SECRET, "005924", 1234567890 + drift, 0) is not None) is accepted


def test_spent_code_is_not_accepted_again() -> None:
    step = 1234567890 // 30
    assert step_of_code(SECRET, "005924", 1234567890, step - 1) == step
    assert step_of_code(SECRET, "005924", 1234567890, step) is None
    assert code_is_spent(SECRET, "005924", 1234567890, step)
    assert not code_is_spent(SECRET, "000000", 1234567890, step)


@pytest.mark.parametrize("code", ["", "00592", "0059240", "00592a", "００５９２４", " 05924"])
def test_text_that_is_no_code_is_not_accepted(code: str) -> None:
    assert step_of_code(SECRET, code, 1234567890, 0) is None
