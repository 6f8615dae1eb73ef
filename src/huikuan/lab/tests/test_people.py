"""Who the borrowers are."""

import numpy as np

from huikuan.lab.parameters import parameters_shipped
from huikuan.lab.rules.identity import PEOPLE_MAX, RELATED, card_numbers, credit_codes, mobile_numbers
from huikuan.lab.rules.people import SPECIAL, people_made
from huikuan.lab.rules.products import OLD, notes_made, products_of
from huikuan.lab.tests.worlds import BEGIN

PEOPLE = people_made(1, 1, 20_000, parameters_shipped())


def test_a_person_is_the_same_in_any_block() -> None:
    part = people_made(1, 10_001, 500, parameters_shipped())
    for name in PEOPLE.__dataclass_fields__:
        assert np.array_equal(getattr(part, name), getattr(PEOPLE, name)[10_000:10_500]), name


def test_five_consecutive_numbers_share_village_and_circle() -> None:
    fives = PEOPLE.circle.reshape(-1, 5)
    assert (fives == fives[:, :1]).all()
    assert (PEOPLE.village.reshape(-1, 5) == PEOPLE.village.reshape(-1, 5)[:, :1]).all()
    assert 0 < PEOPLE.ring.sum() < (PEOPLE.circle >= 0).sum()


def test_nobody_is_what_he_cannot_be() -> None:
    pregnant = PEOPLE.special == SPECIAL.index("pregnant_or_nursing")
    assert pregnant.any() and (PEOPLE.number[pregnant] % 2 == 0).all()
    assert not (PEOPLE.special[PEOPLE.enterprise] > 0).any()
    notes = notes_made(1, PEOPLE, BEGIN, BEGIN + 1_200)
    age = (notes.terms.disbursed - PEOPLE.born[notes.borrower]) / 365.25
    assert age[~PEOPLE.enterprise[notes.borrower]].min() > 18
    assert (products_of(1, PEOPLE) == OLD).sum() > 100


def test_spouses_are_of_different_sex_by_their_identity_cards() -> None:
    own, _ = card_numbers(PEOPLE.number, PEOPLE.born)
    related, _ = card_numbers(PEOPLE.number + RELATED, PEOPLE.born + 400)
    assert (own % 2 != related % 2).all()


def test_no_two_persons_have_one_number() -> None:
    number = np.concatenate((np.arange(1, 30_000), np.arange(1, 30_000) + RELATED))
    for found in (card_numbers(number, number % 15_000)[0], credit_codes(number)[0], mobile_numbers(number)):
        assert np.unique(found).size == number.size
    assert not np.intersect1d(mobile_numbers(number), mobile_numbers(number, 1)).size
    assert PEOPLE_MAX > 2 * RELATED - 1
