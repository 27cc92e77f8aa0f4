"""The router that all routes of the guides function are registered with."""

from tocsin.lambda_kit.router import Router

router = Router()
