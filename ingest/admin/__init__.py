"""Files in the back office: upload, mapping with a preview, progress, rejected lines."""

from .mappings import MappingAdmin
from .uploads import UploadAdmin

__all__ = ["MappingAdmin", "UploadAdmin"]
