"""The HTTP API: which function serves which path."""

import json
from collections.abc import Mapping
from typing import NamedTuple

from aws_cdk import RemovalPolicy, Tags
from aws_cdk import aws_apigatewayv2 as http
from aws_cdk import aws_logs as logs
from aws_cdk.aws_apigatewayv2_integrations import HttpLambdaIntegration
from constructs import Construct

from infra import cors
from infra.service_function import ServiceFunction
from infra.settings import Settings

ANY, GET, POST, PUT = http.HttpMethod.ANY, http.HttpMethod.GET, http.HttpMethod.POST, http.HttpMethod.PUT


class Route(NamedTuple):
    method: http.HttpMethod
    path: str
    function: str


# The gateway takes the most specific match: a whole path before a greedy one, a longer greedy one before a
# shorter one.
ROUTES = (
    Route(GET, "/v1/users", "users"),
    Route(ANY, "/v1/users/{proxy+}", "users"),
    Route(ANY, "/v1/users/{user_id}/feeds/{proxy+}", "feeds"),
    Route(ANY, "/v1/users/{user_id}/guides/{proxy+}", "guides"),
    Route(GET, "/v1/users/{user_id}/messages", "messages"),
    Route(GET, "/v1/users/{user_id}/schedules", "schedules"),
    Route(ANY, "/v1/objects/{proxy+}", "objects"),
    Route(GET, "/v1/objects/{collection}/{object_id}/messages", "messages"),
    Route(GET, "/v1/objects/{collection}/{object_id}/schedules", "schedules"),
    Route(GET, "/v1/tenants", "tenants"),
    Route(ANY, "/v1/tenants/{proxy+}", "tenants"),
    Route(ANY, "/v1/schedules", "schedules"),
    Route(POST, "/v1/schedules/{proxy+}", "schedules"),
    Route(ANY, "/v1/audiences/{key}/members", "audiences"),
    Route(GET, "/v1/bulk_operations/{id}", "bulk_operations"),
    Route(GET, "/v1/messages", "messages"),
    Route(ANY, "/v1/messages/{proxy+}", "messages"),
    Route(POST, "/v1/channels/{channel_id}/messages/bulk/{action}", "messages"),
    Route(POST, "/v1/workflows/{key}/trigger", "workflows"),
    Route(POST, "/v1/workflows/{key}/cancel", "workflows"),
    Route(PUT, "/v1/workflows/{key}/run", "workflows"),
    Route(POST, "/v1/notify", "workflows"),
    Route(POST, "/v1/notify/cancel", "workflows"),
    Route(POST, "/v1/payloads", "workflows"),
    Route(GET, "/v1/workflow_recipient_runs", "workflow_recipient_runs"),
    Route(GET, "/v1/workflow_recipient_runs/{id}", "workflow_recipient_runs"),
    Route(GET, "/v1/whoami", "management"),
    Route(GET, "/v1/environments", "management"),
    Route(ANY, "/v1/environments/{proxy+}", "management"),
    Route(GET, "/v1/channels", "management"),
    Route(ANY, "/v1/channels/{proxy+}", "management"),
    Route(GET, "/v1/dead_letters", "management"),
    Route(POST, "/v1/dead_letters/replay", "management"),
    Route(GET, "/v1/variables", "management"),
    Route(ANY, "/v1/variables/{proxy+}", "management"),
    Route(GET, "/v1/channel_groups", "management"),
    Route(ANY, "/v1/channel_groups/{proxy+}", "management"),
    Route(ANY, "/v1/branding", "management"),
    Route(GET, "/v1/audiences", "management"),
    Route(ANY, "/v1/audiences/{proxy+}", "management"),
    Route(GET, "/v1/branches", "management"),
    Route(ANY, "/v1/branches/{proxy+}", "management"),
    Route(GET, "/v1/message_types", "management"),
    Route(ANY, "/v1/message_types/{proxy+}", "management"),
    Route(GET, "/v1/workflows", "management"),
    Route(ANY, "/v1/workflows/{proxy+}", "management"),
    Route(POST, "/v1/templates/preview", "management"),
    Route(GET, "/v1/email_layouts", "management"),
    Route(ANY, "/v1/email_layouts/{proxy+}", "management"),
    Route(GET, "/v1/partials", "management"),
    Route(ANY, "/v1/partials/{proxy+}", "management"),
    Route(GET, "/v1/translations", "management"),
    Route(ANY, "/v1/translations/{proxy+}", "management"),
    Route(GET, "/v1/guides", "management"),
    Route(ANY, "/v1/guides/{proxy+}", "management"),
    Route(ANY, "/v1/api_keys", "management"),
    Route(ANY, "/v1/api_keys/{proxy+}", "management"),
    Route(ANY, "/v1/commits", "management"),
    Route(ANY, "/v1/commits/{proxy+}", "management"),
    Route(ANY, "/v1/receipts/{proxy+}", "hooks"),
    Route(GET, "/v1/sources", "management"),
    Route(ANY, "/v1/sources/{proxy+}", "management"),
    Route(POST, "/v1/integrations/receive/{environment}/{key}", "integrations"),
    Route(ANY, "/v1/webhooks", "management"),
    Route(ANY, "/v1/webhooks/{proxy+}", "management"),
    Route(GET, "/v1/openapi", "openapi"),
    *(Route(ANY, f"/{what}/{{token}}", "links") for what in ("l", "s", "o", "u", "p")),
)
# Answers everything else with the 404 of our own error shape.
DEFAULT_FUNCTION = "openapi"

# The route, not the path: ids of people have no place in a log that nobody asked for.
ACCESS_LOG = {
    "request_id": "$context.requestId",
    "time": "$context.requestTime",
    "route": "$context.routeKey",
    "status": "$context.status",
    "latency_ms": "$context.responseLatency",
    "bytes": "$context.responseLength",
    "error": "$context.error.message",
    "function_error": "$context.integrationErrorMessage",
}


class Api(Construct):
    """The gateway comes first, for its name is in links that functions make; then what serves it."""

    def __init__(self, scope: Construct, settings: Settings) -> None:
        super().__init__(scope, "Api")
        self.http_api = http.HttpApi(
            self,
            "HttpApi",
            api_name=settings.prefix,
            cors_preflight=cors.GATEWAY,
            create_default_stage=False,
        )
        self._add_stage(settings)
        if settings.local:
            # The emulator takes its API id from this tag, so that the id survives a new deployment.
            Tags.of(self.http_api).add("ms-custom-id", settings.prefix)

    def serve(self, functions: Mapping[str, ServiceFunction]) -> None:
        integrations = {name: _integration(function) for name, function in functions.items()}
        http.HttpRoute(
            self.http_api,
            "DefaultRoute",
            http_api=self.http_api,
            route_key=http.HttpRouteKey.DEFAULT,
            integration=integrations[DEFAULT_FUNCTION],
        )
        for route in ROUTES:
            self.http_api.add_routes(
                path=route.path, methods=[route.method], integration=integrations[route.function]
            )

    def _add_stage(self, settings: Settings) -> None:
        stage = http.CfnStage(
            self,
            "Stage",
            api_id=self.http_api.api_id,
            stage_name="$default",
            auto_deploy=True,
            default_route_settings=http.CfnStage.RouteSettingsProperty(
                throttling_rate_limit=settings.requests_per_second,
                throttling_burst_limit=settings.request_burst,
            ),
        )
        if not settings.local:
            stage.access_log_settings = self._access_log(settings)

    def _access_log(self, settings: Settings) -> http.CfnStage.AccessLogSettingsProperty:
        group = logs.LogGroup(
            self,
            "AccessLogs",
            log_group_name=f"/aws/vendedlogs/{settings.name('api')}",
            retention=logs.RetentionDays[settings.log_retention],
            removal_policy=RemovalPolicy.DESTROY,
        )
        return http.CfnStage.AccessLogSettingsProperty(
            destination_arn=group.log_group_arn, format=json.dumps(ACCESS_LOG)
        )


def _integration(function: ServiceFunction) -> HttpLambdaIntegration:
    return HttpLambdaIntegration(
        f"{function.service_name}_integration",
        function.called,
        payload_format_version=http.PayloadFormatVersion.VERSION_2_0,
    )
