"""The router that the modules of this function put their routes on."""

from tocsin.lambda_kit.router import Router

router = Router()
