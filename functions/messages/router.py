"""The router that the modules of this function register their routes on."""

from tocsin.lambda_kit.router import Router

router = Router()
TAGS = ["Messages"]
