"""Where a request comes from, also behind proxies of ours."""

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.conf import settings

KEPT = 4096  # addresses that are not read anew


def client_address(peer: str, forwarded_for: str) -> str:
    """Return the client's address.

    Args:
        peer: the address at the other end of the connection; empty for a Unix socket.
        forwarded_for: the ``X-Forwarded-For`` header. It is believed only as far as
            ``TRUSTED_PROXIES`` wrote it: from the right, up to the first foreign address.
    """
    address = peer
    for hop in reversed([part.strip() for part in forwarded_for.split(",") if part.strip()]):
        if not _is_trusted(address):
            break
        address = hop
    return address


@lru_cache(KEPT)
def network(address: str) -> str:
    """Return what counts as one client: the address, of IPv6 the /64 that a customer gets."""
    try:
        ip = _unmapped(address)
    except ValueError:
        return address
    return str(ip) if ip.version == 4 else str(ip_network((ip, 64), strict=False))


def kind(address: str) -> str:
    """Return how far away an address is: ``loopback``, ``private``, ``public`` or ``unknown``."""
    try:
        ip = _unmapped(address)
    except ValueError:
        return "unknown"
    if ip.is_loopback:
        return "loopback"
    return "private" if ip.is_private else "public"


def is_loopback(host: str) -> bool:
    """Tell whether only this machine can reach a server bound to ``host``."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def _is_trusted(address: str) -> bool:
    try:
        ip = ip_address(address)
    except ValueError:
        return address in settings.TRUSTED_PROXIES
    return any(ip in ip_network(proxy, strict=False) for proxy in settings.TRUSTED_PROXIES)


def _unmapped(address: str) -> IPv4Address | IPv6Address:
    """Read an address; an IPv4 address in IPv6 clothes is an IPv4 address."""
    ip = ip_address(address)
    return (ip.ipv4_mapped or ip) if isinstance(ip, IPv6Address) else ip
