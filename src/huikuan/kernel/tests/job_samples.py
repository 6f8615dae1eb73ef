"""Jobs that tests put in, and a worker that knows them."""

import os
import time

from huikuan.kernel.jobs import job


def _branch(bank_id: int, code: str) -> None:
    from huikuan.kernel.models import Institution

    root = Institution.objects.get(bank_id=bank_id, parent_id=None)
    Institution.objects.create(
        bank_id=bank_id,
        parent_id=root.id,
        kind="branch",
        code=code,
        name_zh=code,
        name_en=code,
        valid_from="2020-01-01",
    )


@job("kernel.sample_touch")
def touch(*, bank_id: int, name: str) -> None:
    """Leave a row."""
    _branch(bank_id, name)


@job("kernel.sample_slow", in_pieces=True)
def slow(*, bank_id: int, name: str) -> None:
    """Leave a first row; hang if it was not there, else leave the second one."""
    from huikuan.kernel.models import Institution
    from huikuan.kernel.tenancy import bank_scope

    with bank_scope(bank_id):
        began = Institution.objects.filter(bank_id=bank_id, code=name).exists()
        _branch(bank_id, f"{name}-done" if began else name)
    if not began:
        time.sleep(600)


def worker(heartbeat_seconds: float) -> None:
    """Run a worker in this process, which has not set up Django yet."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huikuan.settings")
    django.setup()
    from huikuan.kernel.worker import worker_run

    worker_run(concurrency=2, heartbeat_seconds=heartbeat_seconds)
