"""Which address a request came from, when proxies of ours stand in front."""

from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

UNKNOWN = "0.0.0.0"  # noqa: S104 - a value to compare and store, not a place to listen at
ONE_NETWORK = 64  # bits: what a single IPv6 customer is given, and may choose addresses in at will


def client_address(request: HttpRequest) -> str:
    """The caller's address: what the outermost of our `PROXY_COUNT` proxies saw.

    Each proxy appends to X-Forwarded-For what it saw, so the last entries are ours and anything before them
    is the caller's own invention. Without proxies the header is not read at all.
    """
    proxies: int = settings.ENVIRONMENT.proxy_count
    seen = request.headers.get("X-Forwarded-For", "").split(",") if proxies else []
    forwarded = seen[-proxies].strip() if len(seen) >= proxies > 0 else ""
    return valid_address(forwarded) or valid_address(request.META.get("REMOTE_ADDR", "")) or UNKNOWN


def client_network(request: HttpRequest) -> str:
    """What attempts are counted by: the address, or of IPv6 the network one customer has."""
    address = ip_address(client_address(request))
    if not isinstance(address, IPv6Address):
        return str(address)
    return str(ip_network((address, ONE_NETWORK), strict=False).network_address)


def valid_address(text: str) -> str:
    """The address alone, or nothing: `192.0.2.1:80` and `[2001:db8::1]:80` name a port, `2001:db8::1` does not."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        return str(ip_address(text.partition("%")[0]))
    except ValueError:
        return ""
