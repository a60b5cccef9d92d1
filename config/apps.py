"""Apps of others, configured our way: the admin's site, and Daphne when it is wanted."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig


class AdminConfig(DjangoAdminConfig):
    """Django's admin with the site of ``config.admin``."""

    default_site = "config.admin.EmberwatchAdminSite"


class DaphneConfig(AppConfig):
    """Daphne's commands, without its server: Twisted costs a third of a second at every start."""

    name = "daphne"
