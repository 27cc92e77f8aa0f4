"""All routes of the messages function, and who may call them."""

from functions.messages import batch, lists, marks, message
from functions.messages.router import router

__all__ = ["batch", "lists", "marks", "message", "router"]
