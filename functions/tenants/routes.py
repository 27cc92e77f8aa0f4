"""All routes of the tenants function."""

from functions.tenants import bulk, tenants
from functions.tenants.router import router

__all__ = ["bulk", "router", "tenants"]
