"""HTTP of the reports."""

from huikuan.insight.api.router import router

__all__ = ["router"]
