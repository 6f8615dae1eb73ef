"""Logging without personal data."""

from __future__ import annotations

import logging

from huikuan.kernel.masking import mask_text


class MaskingFilter(logging.Filter):
    """Masks what looks like an identity, telephone or card number in messages and tracebacks.

    A safety net, not a permission: code does not log personal data in the first place.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record in place and let it pass."""
        record.msg = mask_text(record.getMessage())
        record.args = None
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = mask_text(record.exc_text)
        if record.stack_info:
            record.stack_info = mask_text(record.stack_info)
        return True
