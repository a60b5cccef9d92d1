"""Addresses: what counts as one client, and how far away it is."""

import pytest

from streams.addresses import kind, network


@pytest.mark.parametrize(
    ("address", "client"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2::7", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("", ""),
        ("not an address", "not an address"),
    ],
)
def test_one_client_is_an_address_or_a_whole_ipv6_network(address, client):
    assert network(address) == client


@pytest.mark.parametrize(
    ("address", "where"),
    [
        ("127.0.0.1", "loopback"),
        ("::1", "loopback"),
        ("::ffff:127.0.0.1", "loopback"),
        ("10.1.2.3", "private"),
        ("fd00::1", "private"),
        ("8.8.8.8", "public"),
        ("", "unknown"),
    ],
)
def test_an_address_is_shown_by_its_kind(address, where):
    assert kind(address) == where
