"""The network address from which a request comes, for counting failed log-ins."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address
from typing import Final

from django.conf import settings
from django.http import HttpRequest

_CLIENT_BITS: Final = 64  # an IPv6 customer owns 2^64 addresses, so the network is what counts


def client_address(request: HttpRequest) -> str | None:
    """Return the address of the client (of IPv6 its /64 network), or None when nobody trustworthy tells it.

    Behind proxies the last HUIKUAN_PROXIES entries of X-Forwarded-For are their work; what stands before can be
    written by anybody and is not read.
    """
    text = str(request.META.get("REMOTE_ADDR", ""))
    if settings.PROXIES:
        entries = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).split(",")
        text = entries[-settings.PROXIES] if len(entries) >= settings.PROXIES else ""
    try:
        found = ip_address(text.strip())
    except ValueError:
        return None
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(IPv6Address(int(found) >> _CLIENT_BITS << _CLIENT_BITS))
    return str(found)
