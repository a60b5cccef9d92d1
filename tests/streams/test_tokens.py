"""Tokens: what they open, for how long, and what ends them."""

from datetime import UTC, datetime, timedelta

import jwt
import pytest
from django.utils import timezone

from streams import tokens
from streams.models import RevokedToken

pytestmark = pytest.mark.django_db


def test_an_access_token_names_its_user_its_end_and_its_refresh_token(analyst, settings):
    settings.ACCESS_TOKEN_SECONDS = 60
    now = timezone.now().replace(microsecond=0)

    pair = tokens.issue(analyst, at=now)
    claims = tokens.verify_access(pair.access)

    assert claims.user_id == analyst.pk
    assert claims.expires_at == now + timedelta(seconds=60)
    assert pair.expires_in == 60
    tokens.revoke(pair.refresh)
    assert RevokedToken.objects.get().jti == claims.rid


def test_two_access_tokens_of_one_sign_in_differ(analyst):
    pair = tokens.issue(analyst, at=timezone.now())
    again = tokens.renew(pair.refresh, at=timezone.now())

    assert again.access != pair.access
    assert again.refresh == pair.refresh
    assert tokens.verify_access(again.access).rid == tokens.verify_access(pair.access).rid


def test_a_token_whose_time_is_over_says_so(analyst):
    pair = tokens.issue(analyst, at=timezone.now() - timedelta(days=30))

    with pytest.raises(tokens.TokenExpiredError) as refused:
        tokens.verify_access(pair.access)
    assert (refused.value.code, refused.value.status) == ("token_expired", 401)
    with pytest.raises(tokens.TokenExpiredError):
        tokens.renew(pair.refresh, at=timezone.now())


def test_giving_the_refresh_token_back_ends_every_token_of_that_sign_in_only(analyst):
    ended, kept = (tokens.issue(analyst, at=timezone.now()) for _ in range(2))

    tokens.revoke(ended.refresh)
    tokens.revoke(ended.refresh)

    with pytest.raises(tokens.TokenRevokedError) as refused:
        tokens.verify_access(ended.access)
    assert refused.value.code == "token_revoked"
    with pytest.raises(tokens.TokenRevokedError):
        tokens.renew(ended.refresh, at=timezone.now())
    assert tokens.verify_access(kept.access).user_id == analyst.pk


def test_an_access_token_never_outlives_its_refresh_token(analyst, settings):
    settings.ACCESS_TOKEN_SECONDS, settings.REFRESH_TOKEN_SECONDS = 900, 100
    now = timezone.now().replace(microsecond=0)
    pair = tokens.issue(analyst, at=now)

    late = tokens.renew(pair.refresh, at=now + timedelta(seconds=70))

    assert late.expires_in == 30
    assert tokens.verify_access(late.access).expires_at == now + timedelta(seconds=100)


def test_a_new_password_or_deactivation_ends_the_refresh_token(analyst):
    pair = tokens.issue(analyst, at=timezone.now())
    analyst.set_password("another password")
    analyst.save()
    with pytest.raises(tokens.TokenRevokedError):
        tokens.renew(pair.refresh, at=timezone.now())

    pair = tokens.issue(analyst, at=timezone.now())
    analyst.is_active = False
    analyst.save()
    with pytest.raises(tokens.TokenRevokedError):
        tokens.renew(pair.refresh, at=timezone.now())


def test_kinds_are_not_interchangeable(analyst):
    pair = tokens.issue(analyst, at=timezone.now())

    with pytest.raises(tokens.TokenInvalidError):
        tokens.verify_access(pair.refresh)
    with pytest.raises(tokens.TokenInvalidError):
        tokens.renew(pair.access, at=timezone.now())
    with pytest.raises(tokens.TokenInvalidError):
        tokens.revoke(pair.access)
    assert not RevokedToken.objects.exists()


def forged(secret, algorithm="HS256", **changes):
    """A token with our claims and somebody else's signature, or with changed claims."""
    now = datetime.now(UTC)
    claims = {"kind": "access", "sub": "1", "jti": "a", "rid": "b", "iat": now}
    claims |= {"exp": now + timedelta(hours=1), **changes}
    claims = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(claims, secret, algorithm)


@pytest.mark.parametrize(
    "make",
    [
        lambda secret: "",
        lambda secret: "not a token",
        lambda secret: "a.b.c",
        lambda secret: "x" * 100_000,
        lambda secret: "töken.ünd.mehr",
        lambda secret: forged("another secret, long enough for HS256"),
        lambda secret: forged(None, "none"),
        lambda secret: forged(secret, "HS384"),
        lambda secret: forged(secret, exp=None),
        lambda secret: forged(secret, kind=None),
        lambda secret: forged(secret, sub="nobody"),
    ],
)
def test_a_token_that_is_not_ours_opens_nothing(make, settings):
    with pytest.raises(tokens.TokenInvalidError) as refused:
        tokens.verify_access(make(settings.SECRET_KEY))
    assert refused.value.code == "token_invalid"
