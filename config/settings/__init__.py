"""All settings, assembled from small files; the values come from ``config.env`` alone."""

from .base import *  # noqa: F403
from .database import *  # noqa: F403
from .language_model import *  # noqa: F403
from .logging import *  # noqa: F403
from .product import *  # noqa: F403
from .retrieval import *  # noqa: F403
from .security import *  # noqa: F403
