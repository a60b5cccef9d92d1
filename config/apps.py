"""The admin site's configuration: Django's own admin under our title."""

from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig


class AdminConfig(DjangoAdminConfig):
    """Django's admin with the site of ``config.admin``."""

    default_site = "config.admin.EmberwatchAdminSite"
