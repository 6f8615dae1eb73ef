"""Every night needs a key ring for tokens and the vault."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from huikuan.kernel.crypto import ring_dump, ring_new

RING = ring_dump(ring_new(suite="intl", at=datetime(2024, 1, 1, tzinfo=UTC)))


@pytest.fixture(autouse=True)
def night_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key ring of this test process, also for its subprocesses."""
    monkeypatch.setenv("HUIKUAN_KEYS", RING)
