import numpy as np
import pytest

from huikuan.lab.rules.draw import PPM, between, draw, happens, pick

FIXED = [10307870383258132753, 13591204050094890848, 14198884142976811451]
ENTITIES = np.arange(200_000, dtype=np.int64)


def test_draw_is_a_known_function_of_its_parts() -> None:
    assert draw(1, "life", np.array([0, 1, 2], dtype=np.int64), 7).tolist() == FIXED


def test_draw_any_cutting_of_the_work_gives_the_same() -> None:
    whole = draw(3, "pay", ENTITIES, 5)
    parts = [draw(3, "pay", part, 5) for part in np.array_split(ENTITIES, 7)]
    assert np.array_equal(whole, np.concatenate(parts))


def test_draw_one_step_for_each_is_the_same_as_one_by_one() -> None:
    steps = ENTITIES[:50] % 4
    together = draw(3, "pay", ENTITIES[:50], steps)
    assert together.tolist() == [draw(3, "pay", ENTITIES[n : n + 1], int(steps[n]))[0] for n in range(50)]


@pytest.mark.parametrize("other", [(4, "pay", 5), (3, "paid", 5), (3, "pay", 6)])
def test_draw_another_seed_stream_or_step_shares_nothing(other: tuple[int, str, int]) -> None:
    seed, stream, step = other
    one, two = draw(3, "pay", ENTITIES, 5), draw(seed, stream, ENTITIES, step)
    assert np.intersect1d(one, two).size == 0
    bits = np.unpackbits((one ^ two).view(np.uint8)).mean()
    assert abs(bits - 0.5) < 0.001


def test_happens_is_as_likely_as_stated() -> None:
    for ppm in (1_000, 250_000, 999_000):
        share = happens(draw(1, f"p{ppm}", ENTITIES), ppm).mean()
        assert abs(share - ppm / PPM) < 5 * (ppm / PPM * (1 - ppm / PPM) / ENTITIES.size) ** 0.5


def test_happens_never_at_zero_always_at_a_million() -> None:
    ends = np.array([0, 1, 2**64 - 1], dtype=np.uint64)
    assert happens(ends, 0).tolist() == [False] * 3
    assert happens(ends, -5).tolist() == [False] * 3
    assert happens(ends, PPM).tolist() == [True] * 3
    assert happens(ends, PPM - 1).tolist() == [True, True, False]
    edge = (2**64 // PPM) * 10
    assert happens(np.array([edge - 1, edge], dtype=np.uint64), 10).tolist() == [True, False]


def test_between_has_both_ends_and_is_even() -> None:
    ends = np.array([0, 2**64 - 1], dtype=np.uint64)
    assert between(ends, 3, 9).tolist() == [3, 9]
    assert between(ends, -5, 2**31).tolist() == [-5, 2**31]
    counts = np.bincount(between(draw(1, "d", ENTITIES), 0, 9))
    assert counts.size == 10
    assert abs(counts - 20_000).max() < 700


def test_between_is_the_upper_half_of_the_product() -> None:
    draws = draw(9, "w", ENTITIES[:500])
    for span in (1, 7, 1_000_003, 2**32 - 1):
        assert between(draws, 0, span - 1).tolist() == [int(bits) * span >> 64 for bits in draws.tolist()]


def test_pick_follows_the_weights_and_never_takes_a_zero() -> None:
    draws = draw(1, "pick", ENTITIES)
    counts = np.bincount(pick(draws, [0, 700_000, 0, 300_000]), minlength=4)
    assert counts[0] == counts[2] == 0
    assert abs(counts[1] - 140_000) < 1_500
    rows = np.tile(np.array([0, 700_000, 0, 300_000]), (ENTITIES.size, 1))
    assert np.array_equal(pick(draws, rows), pick(draws, [0, 700_000, 0, 300_000]))
