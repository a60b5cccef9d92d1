"""The optional language model: off without a name, and refused where it is set up by half."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from config import env

#: A task that runs longer than 60 s counts as lost, and writing its rows takes time too.
MOST_SECONDS = 45
MAX_NAME = 90  # of the 100 characters of a row's generator


def check(base_url: str, model: str, api_key: str, seconds: float, *, insecure: bool) -> None:
    """Refuse settings that cannot work, or that would send the key where it can be read.

    Raises:
        ImproperlyConfigured: with the name of the setting and what is wrong.
    """
    if not model:
        for name, value in (("LLM_BASE_URL", base_url), ("LLM_API_KEY", api_key)):
            if value:
                raise ImproperlyConfigured(f"LLM_MODEL is missing: {name} is set.")
        return
    if not base_url:
        raise ImproperlyConfigured("LLM_BASE_URL is missing: LLM_MODEL is set.")
    if len(model) > MAX_NAME or not model.isprintable():
        raise ImproperlyConfigured(f"LLM_MODEL: must be at most {MAX_NAME} printable characters")
    if not (api_key.isascii() and api_key.isprintable()):
        raise ImproperlyConfigured("LLM_API_KEY: must be printable ASCII")
    if seconds > MOST_SECONDS:
        raise ImproperlyConfigured(f"LLM_TIMEOUT_SECONDS: must be at most {MOST_SECONDS}")
    _check_address(base_url, insecure=insecure)


def _check_address(base_url: str, *, insecure: bool) -> None:
    try:
        address = urlsplit(base_url)
        host, _ = address.hostname, address.port
    except ValueError as error:
        raise ImproperlyConfigured(f"LLM_BASE_URL: not an address: {error}") from error
    if address.scheme not in {"http", "https"} or not host:
        raise ImproperlyConfigured("LLM_BASE_URL: must be like https://host/v1")
    if address.username or address.password or address.query or address.fragment:
        raise ImproperlyConfigured("LLM_BASE_URL: must have no user, query or fragment")
    if address.scheme == "http" and not (insecure or _is_loopback(host)):
        raise ImproperlyConfigured(
            "LLM_BASE_URL: must be https, or on this machine; LLM_ALLOW_INSECURE=true permits"
            " sending the key and the data unencrypted"
        )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


LLM_BASE_URL = env.get("LLM_BASE_URL")
LLM_MODEL = env.get("LLM_MODEL")
LLM_API_KEY = env.get("LLM_API_KEY")
LLM_ALLOW_INSECURE = env.get("LLM_ALLOW_INSECURE")
LLM_TIMEOUT_SECONDS = env.get("LLM_TIMEOUT_SECONDS")
LLM_MAX_OUTPUT_TOKENS = env.get("LLM_MAX_OUTPUT_TOKENS")
LLM_DAILY_TOKENS = env.get("LLM_DAILY_TOKENS")
LLM_CACHE_SECONDS = env.get("LLM_CACHE_SECONDS")
check(
    LLM_BASE_URL,
    LLM_MODEL,
    LLM_API_KEY,
    LLM_TIMEOUT_SECONDS,
    insecure=LLM_ALLOW_INSECURE,
)
