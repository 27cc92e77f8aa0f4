"""All routes of the messages function."""

from functions.messages import batch, bulk, lists, marks, message
from functions.messages.router import router

__all__ = ["batch", "bulk", "lists", "marks", "message", "router"]
