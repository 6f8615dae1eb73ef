"""Every night needs a key ring for tokens and the vault."""

from huikuan.nightly.tests.conftest import night_keys

__all__ = ["night_keys"]
