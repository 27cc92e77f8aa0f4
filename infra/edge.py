"""CloudFront before the HTTP API: it tells functions host and path as the client wrote them, and callers what is too
large.

The HTTP API decodes `%2F` before it routes, so an id with a slash would become two segments of the path. The
edge carries the slash through the gateway, which leaves one escape alone, `%25`, and passes the original on.
"""

import json

from aws_cdk import Duration, Fn
from aws_cdk import aws_apigatewayv2 as http
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from constructs import Construct

from infra import cors
from infra.settings import Settings

# By default CloudFront remembers an error for ten seconds, under a key that knows neither method nor caller, and
# whatever the cache policy says: who looks a user up too early would be told 404 for a while after creating it.
CACHED_ERRORS = (400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504)

# What a function of ours takes (`lambda_kit/api.py`). Lambda refuses an event of more than six megabytes with words of
# AWS's own, so the edge says it before.
MAX_BODY_BYTES = 5 * 1024 * 1024
TOO_LARGE = {
    "code": "request_too_large",
    "message": "the body is larger than 5 MB; send less with each call, or upload the data of a trigger first, with"
    " POST /v1/payloads",
    "status": 413,
    "type": "invalid_request_error",
}

KEEP_RAW_PATH = f"""\
function handler(event) {{
  var request = event.request;
  var length = request.headers['content-length'];
  if (length && Number(length.value) > {MAX_BODY_BYTES}) {{
    return {{
      statusCode: 413,
      statusDescription: 'Content Too Large',
      headers: {{
        'content-type': {{ value: 'application/json' }},
        'access-control-allow-origin': {{ value: '*' }}
      }},
      body: {json.dumps(json.dumps(TOO_LARGE))}
    }};
  }}
  request.headers['x-tocsin-host'] = {{ value: request.headers.host.value }};
  request.headers['x-tocsin-raw-path'] = {{ value: request.uri }};
  request.uri = request.uri.replace(/%2f/gi, '%252F');
  return request;
}}
"""


class Edge(Construct):
    def __init__(self, scope: Construct, settings: Settings, http_api: http.HttpApi) -> None:
        super().__init__(scope, "Edge")
        distribution = cloudfront.Distribution(
            self,
            "Distribution",
            comment=settings.prefix,
            http_version=cloudfront.HttpVersion.HTTP2_AND_3,
            default_behavior=cloudfront.BehaviorOptions(
                origin=origins.HttpOrigin(Fn.select(2, Fn.split("/", http_api.api_endpoint))),
                allowed_methods=cloudfront.AllowedMethods.ALLOW_ALL,
                cache_policy=cloudfront.CachePolicy.CACHING_DISABLED,
                origin_request_policy=cloudfront.OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
                response_headers_policy=cloudfront.ResponseHeadersPolicy(
                    self, "Cors", cors_behavior=cors.EDGE
                ),
                viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.HTTPS_ONLY,
                function_associations=[self._keep_raw_path(settings)],
            ),
            error_responses=[
                cloudfront.ErrorResponse(http_status=status, ttl=Duration.seconds(0))
                for status in CACHED_ERRORS
            ],
        )
        self.url = f"https://{distribution.distribution_domain_name}"

    def _keep_raw_path(self, settings: Settings) -> cloudfront.FunctionAssociation:
        function = cloudfront.Function(
            self,
            "KeepRawPath",
            function_name=settings.name("keep_raw_path"),
            runtime=cloudfront.FunctionRuntime.JS_2_0,
            code=cloudfront.FunctionCode.from_inline(KEEP_RAW_PATH),
        )
        return cloudfront.FunctionAssociation(
            function=function, event_type=cloudfront.FunctionEventType.VIEWER_REQUEST
        )
