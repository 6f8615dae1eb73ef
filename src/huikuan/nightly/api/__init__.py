"""HTTP of the night."""

from huikuan.nightly.api.router import router

__all__ = ["router"]
