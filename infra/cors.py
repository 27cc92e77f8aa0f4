"""What a page of any origin may ask and read, said to the gateway and to the edge in their own words."""

from aws_cdk import Duration
from aws_cdk import aws_apigatewayv2 as http
from aws_cdk import aws_cloudfront as cloudfront

# No cookies are involved: whoever has a key or a token may use it wherever the page came from.
ORIGINS = ["*"]
METHODS = ["GET", "PUT", "POST", "DELETE"]
# The browser client sends all five with every request, so every request is preflighted and each must be listed: `*`
# does not cover `authorization`.
ALLOWED = ["authorization", "content-type", "x-knock-branch", "x-knock-client", "x-knock-user-token"]
EXPOSED = [
    "retry-after",
    "x-ratelimited-message_ids",
    "x-request-id",
    "idempotent-replayed",
    "original-x-request-id",
]
MAX_AGE = Duration.days(1)

GATEWAY = http.CorsPreflightOptions(
    allow_origins=ORIGINS,
    allow_methods=[getattr(http.CorsHttpMethod, method) for method in METHODS],
    allow_headers=ALLOWED,
    expose_headers=EXPOSED,
    max_age=MAX_AGE,
)
# What the gateway answers by itself, such as a 429 or a 503, has no CORS headers; others keep their own.
EDGE = cloudfront.ResponseHeadersCorsBehavior(
    access_control_allow_credentials=False,
    access_control_allow_origins=ORIGINS,
    access_control_allow_methods=METHODS,
    access_control_allow_headers=ALLOWED,
    access_control_expose_headers=EXPOSED,
    access_control_max_age=MAX_AGE,
    origin_override=False,
)
