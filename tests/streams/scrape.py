"""Reading `/metrics` as Prometheus does."""

import ssl
import urllib.request
from collections import Counter

from prometheus_client.parser import text_string_to_metric_families


def scrape(url: str, trust: ssl.SSLContext | None = None) -> Counter[tuple[str, ...]]:
    """Every sample: its name and the values of its labels, by the labels' names -> the number."""
    with urllib.request.urlopen(  # noqa: S310
        f"{url}/metrics", timeout=30, context=trust
    ) as answer:
        text = answer.read().decode()
    return Counter(
        {
            (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        }
    )
