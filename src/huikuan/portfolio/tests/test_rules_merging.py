"""Which keys are one person."""

from hypothesis import given
from hypothesis import strategies as st

from huikuan.portfolio.rules.merging import persons

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
