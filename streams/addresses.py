"""Where a request comes from, also behind proxies of ours."""

from ipaddress import ip_address, ip_network

from django.conf import settings


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
