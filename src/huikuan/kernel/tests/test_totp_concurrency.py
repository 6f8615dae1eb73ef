"""One code, two thieves at once, on real connections."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pyotp
import pytest
from django.db import connection
from django.utils import timezone

from huikuan.kernel.errors import DomainError
from huikuan.kernel.models import TotpDevice
from huikuan.kernel.selectors.session import PENDING_SINCE, PENDING_USER
from huikuan.kernel.services.totp import totp_sign_in
from huikuan.kernel.tenancy import bank_scope
from huikuan.kernel.tests.builders import a_bank, a_client, a_user
from huikuan.kernel.vault import Place, vault_of

THREADS = 4


@pytest.mark.django_db(transaction=True)
def test_code_used_by_many_at_once_lets_one_in() -> None:
    bank = a_bank(totp_required=True)
    user, secret, now = a_user(bank), pyotp.random_base32(), timezone.now()
    sealed = vault_of(bank.id).seal(secret, Place("kernel_totp_device", "secret", str(user.id)))
    with bank_scope(bank.id):
        TotpDevice.objects.create(
            bank_id=bank.id, user_id=user.id, secret=sealed, enrolled_at=now, confirmed_at=now, failures=0
        )
    code, barrier = pyotp.TOTP(secret).at(now), Barrier(THREADS)

    def try_code(_number: int) -> str:
        client = a_client()
        session = client.session
        session[PENDING_USER], session[PENDING_SINCE] = user.id, int(now.timestamp())
        request = client.request().wsgi_request
        request.session = session
        barrier.wait()
        try:
            totp_sign_in(request=request, code=code, at=now)
        except DomainError as error:
            return error.code
        finally:
            connection.close()
        return "in"

    with ThreadPoolExecutor(THREADS) as pool:
        results = sorted(pool.map(try_code, range(THREADS)))
    assert results == ["in", *["totp.replayed"] * (THREADS - 1)]
