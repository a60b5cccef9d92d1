"""The shapes of signing in."""

from django.conf import settings
from rest_framework import serializers

from streams.tokens import MAX_LENGTH

from .strict import Strict


class Credentials(Strict):
    """A name and a password."""

    username = serializers.CharField(max_length=150)
    password = serializers.CharField(max_length=1000, trim_whitespace=False)


class RefreshToken(Strict):
    """A refresh token."""

    refresh = serializers.CharField(max_length=MAX_LENGTH)


class TicketRequest(Strict):
    """Which socket the ticket shall open."""

    stream = serializers.ChoiceField(list(settings.STREAMS))


class PairSerializer(serializers.Serializer):
    """Two tokens; ``expires_in`` is for the access token, in seconds."""

    access = serializers.CharField()
    expires_in = serializers.IntegerField()
    refresh = serializers.CharField()


class TicketSerializer(serializers.Serializer):
    """A ticket, and for how many seconds it is good."""

    ticket = serializers.CharField()
    expires_in = serializers.IntegerField()


class MeSerializer(serializers.Serializer):
    """The signed-in user."""

    id = serializers.IntegerField()
    username = serializers.CharField()
    name = serializers.CharField()
    is_staff = serializers.BooleanField()
    groups = serializers.ListField(child=serializers.CharField())
    permissions = serializers.ListField(child=serializers.CharField())


class SessionSerializer(serializers.Serializer):
    """Who is signed in by cookie, if anybody."""

    user = MeSerializer(allow_null=True)
