"""The router that the modules of this function register their routes on."""

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

router = APIGatewayHttpRouter()
TAGS = ["Messages"]
