"""HTTP routes of the portfolio."""

from huikuan.portfolio.api.router import router

__all__ = ["router"]
