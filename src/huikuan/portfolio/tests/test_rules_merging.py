"""Which keys are one person."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from huikuan.portfolio.rules.merging import MergeStep, persons, persons_on, renumbered_steps

KEYS = [f"K{number}" for number in range(6)]


@given(st.lists(st.tuples(st.sampled_from(KEYS), st.sampled_from(KEYS)), max_size=8))
def test_person_is_the_smallest_key_that_pairs_connect(pairs: list[tuple[str, str]]) -> None:
    found = persons(KEYS, pairs)
    assert set(found) == set(KEYS) and all(found[first] == found[second] for first, second in pairs)
    assert all(found[person] == person and person <= key for key, person in found.items())
    for key, person in found.items():
        reached, waiting = set(), [key]
        while waiting:
            one = waiting.pop()
            if one not in reached:
                reached.add(one)
                waiting += [b if a == one else a for a, b in pairs if one in (a, b)]
        assert person == min(reached)


LETTERS = "abcdefg"
STEPS = st.lists(
    st.builds(
        MergeStep,
        st.sampled_from(LETTERS),
        st.sampled_from(LETTERS),
        st.integers(1, 4).map(lambda day: date(2026, 1, day)),
    ),
    max_size=12,
)


@given(STEPS, st.dictionaries(st.sampled_from(LETTERS), st.sampled_from("ABcX"), max_size=4))
def test_persons_follow_their_keys_on_every_date(steps: list[MergeStep], now: dict[str, str]) -> None:
    now = {old: new for old, new in now.items() if new not in now and old != new}
    after = [*steps, *(step for step, _ in renumbered_steps(steps, now))]
    for on in {step.on for step in steps}:
        before = persons_on(steps, on)
        pairs = [(now.get(key, key), now.get(person, person)) for key, person in before.items()]
        wanted, found = persons({one for pair in pairs for one in pair}, pairs), persons_on(after, on)
        keys = {now.get(one, one) for step in steps for one in (step.key, step.person)}
        assert all(found.get(key, key) == wanted.get(key, key) for key in keys)
        assert all(found.get(old, old) == old for old in now)
    assert renumbered_steps(after, now) == []
    assert all(0 <= place < len(steps) for _, place in renumbered_steps(steps, now))


def test_who_was_taken_apart_stays_apart_when_keys_change() -> None:
    first, second = date(2026, 1, 1), date(2026, 1, 2)
    steps = [MergeStep("k", "a", first), MergeStep("k", "k", second)]
    after = [*steps, *(step for step, _ in renumbered_steps(steps, {"a": "z"}))]
    assert persons_on(after, first).items() >= {"k": "k", "z": "k"}.items()
    assert persons_on(after, second).items() >= {"k": "k", "z": "z"}.items()
