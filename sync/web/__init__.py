"""Show pages to staff: one table says who may see which, and nothing else is served."""

from sync.web.app import create_app
from sync.web.policy import PAGES
from sync.web.serving import serving

__all__ = ["PAGES", "create_app", "serving"]
