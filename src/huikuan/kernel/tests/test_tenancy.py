"""The bank of a transaction."""

import pytest
from django.db import connection, transaction

from huikuan.kernel.errors import BankScopeError
from huikuan.kernel.models import Institution
from huikuan.kernel.tenancy import bank_current, bank_scope
from huikuan.kernel.tests.builders import a_bank

pytestmark = pytest.mark.django_db


def test_scope_shows_only_rows_of_its_bank() -> None:
    first, second = a_bank(), a_bank()
    with bank_scope(first.id):
        assert set(Institution.objects.values_list("bank_id", flat=True)) == {first.id}
    with bank_scope(second.id):
        assert set(Institution.objects.values_list("bank_id", flat=True)) == {second.id}


def test_scope_after_its_end_shows_nothing() -> None:
    bank = a_bank()
    with bank_scope(bank.id):
        assert Institution.objects.count() == 1
    assert bank_current() is None
    assert Institution.objects.count() == 0


def test_scope_nested_for_same_bank_stays_open() -> None:
    bank = a_bank()
    with bank_scope(bank.id):
        with bank_scope(bank.id):
            assert bank_current() == bank.id
        assert bank_current() == bank.id


def test_scope_nested_for_other_bank_is_refused() -> None:
    first, second = a_bank(), a_bank()
    with bank_scope(first.id), pytest.raises(BankScopeError, match="transaction of its own"), bank_scope(second.id):
        pass


def test_scope_after_error_is_closed_and_rolled_back() -> None:
    bank = a_bank()
    with pytest.raises(ZeroDivisionError), bank_scope(bank.id):
        Institution.objects.update(name_en="changed")
        raise ZeroDivisionError
    assert bank_current() is None
    with bank_scope(bank.id):
        assert Institution.objects.get().name_en == "Head office"


def test_scope_marked_for_rollback_ends_quietly() -> None:
    bank = a_bank()
    with bank_scope(bank.id):
        Institution.objects.update(name_en="changed")
        transaction.set_rollback(True)
    with bank_scope(bank.id):
        assert Institution.objects.get().name_en == "Head office"


def test_empty_setting_of_pooled_connection_shows_nothing_and_does_not_fail() -> None:
    a_bank()
    with connection.cursor() as cursor:
        cursor.execute("select set_config('app.bank', '', true)")
    assert Institution.objects.count() == 0
