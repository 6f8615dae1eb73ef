"""Logging without personal data."""

from __future__ import annotations

import logging
import re
from typing import Final

from huikuan.kernel.masking import mask_text

_CONTROL: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029]")


class MaskingFilter(logging.Filter):
    """Masks what looks like an identity, telephone or card number in messages and tracebacks.

    A safety net, not a permission: code does not log personal data in the first place. A message stays on one line,
    so that a path or name with a line break in it cannot forge an entry; only tracebacks have several.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record in place and let it pass."""
        record.msg = _CONTROL.sub(lambda found: ascii(found.group())[1:-1], mask_text(record.getMessage()))
        record.args = None
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = mask_text(record.exc_text)
        if record.stack_info:
            record.stack_info = mask_text(record.stack_info)
        return True
