"""All routes of the guides function."""

from functions.guides.router import router

__all__ = ["router"]
