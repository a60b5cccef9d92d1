"""The back office's site: Django's own, with our name."""

from django.contrib.admin import AdminSite


class EmberwatchAdminSite(AdminSite):
    """Django's admin site under our title."""

    site_header = "Emberwatch"
    site_title = "Emberwatch"
    index_title = "Back office"
