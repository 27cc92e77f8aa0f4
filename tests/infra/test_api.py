"""The HTTP API and the edge before it."""

import json
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from tests.infra.stages import NODE, Json, Stage, synthesize
from tocsin.lambda_kit.api import MAX_BODY_BYTES, too_large
from tocsin.lambda_kit.error_table import answer_to

WORKERS = {
    "fan_out",
    "on_change",
    "run_steps",
    "wheel",
    "deliver",
    "events",
    "receipts",
    "webhooks",
    "bulk_worker",
}


def test_requests_arrive_on_the_default_stage(any_stage: Stage) -> None:
    stage = any_stage.only("AWS::ApiGatewayV2::Stage")

    assert stage["StageName"] == "$default"
    assert stage["AutoDeploy"] is True
    assert stage["DefaultRouteSettings"]["ThrottlingRateLimit"] == any_stage.settings.requests_per_second


def test_a_browser_may_call_with_every_header_that_its_client_sends(any_stage: Stage) -> None:
    cors = any_stage.only("AWS::ApiGatewayV2::Api")["CorsConfiguration"]

    assert cors["AllowOrigins"] == ["*"]
    assert set(cors["AllowMethods"]) == {"GET", "PUT", "POST", "DELETE"}
    assert set(cors["AllowHeaders"]) == {
        "authorization",
        "content-type",
        "x-knock-branch",
        "x-knock-client",
        "x-knock-user-token",
    }
    assert cors["MaxAge"] > 0


def test_a_page_may_read_the_headers_that_clients_go_by(any_stage: Stage) -> None:
    cors = any_stage.only("AWS::ApiGatewayV2::Api")["CorsConfiguration"]

    assert set(cors["ExposeHeaders"]) == {
        "retry-after",
        "x-ratelimited-message_ids",
        "x-request-id",
        "idempotent-replayed",
        "original-x-request-id",
    }


def test_each_api_function_serves_a_route_and_no_worker_does(any_stage: Stage) -> None:
    served = {
        any_stage.api["Resources"][integration["IntegrationUri"]["Fn::GetAtt"][0]]["Properties"][
            "FunctionName"
        ]
        for integration in any_stage.of_type("AWS::ApiGatewayV2::Integration").values()
    }

    expected = any_stage.functions().keys() - WORKERS
    assert served == {any_stage.settings.name(name) for name in expected}


def test_functions_get_the_second_payload_format(any_stage: Stage) -> None:
    integrations = any_stage.of_type("AWS::ApiGatewayV2::Integration").values()

    assert {integration["PayloadFormatVersion"] for integration in integrations} == {"2.0"}


def test_what_no_route_takes_is_answered_by_us(any_stage: Stage) -> None:
    keys = [route["RouteKey"] for route in any_stage.of_type("AWS::ApiGatewayV2::Route").values()]

    assert "$default" in keys
    assert len(keys) == len(set(keys))


def test_the_emulator_keeps_the_id_of_the_api(local: Stage) -> None:
    assert local.only("AWS::ApiGatewayV2::Api")["Tags"]["ms-custom-id"] == "tocsin-local"


def test_requests_on_aws_are_logged_without_their_path(prod: Stage) -> None:
    log_format = prod.only("AWS::ApiGatewayV2::Stage")["AccessLogSettings"]["Format"]

    assert json.loads(log_format)["route"] == "$context.routeKey"
    assert "$context.path" not in log_format


def test_links_in_messages_lead_to_the_edge_or_to_a_name_of_ones_own(
    prod: Stage, local: Stage, tmp_path: Path
) -> None:
    """On a laptop to the origin, whose port only who deploys knows."""

    def public_url(stage: Stage) -> Json | str:
        found: Json | str = stage.functions()["run_steps"]["Environment"]["Variables"]["PUBLIC_URL"]
        return found

    [edge] = prod.of_type("AWS::CloudFront::Distribution")
    assert public_url(prod) == {"Fn::Join": ["", ["https://", {"Fn::GetAtt": [edge, "DomainName"]}]]}
    assert public_url(local) == {"Ref": "PublicUrl"}
    own = synthesize(replace(prod.settings, public_url="https://n.example.com"), tmp_path)
    assert public_url(own) == "https://n.example.com"


def test_there_is_an_edge_on_aws_only(prod: Stage, local: Stage) -> None:
    behavior = prod.only("AWS::CloudFront::Distribution")["DistributionConfig"]["DefaultCacheBehavior"]

    assert "DELETE" in behavior["AllowedMethods"]
    assert behavior["ViewerProtocolPolicy"] == "https-only"
    assert [association["EventType"] for association in behavior["FunctionAssociations"]] == [
        "viewer-request"
    ]
    assert not local.of_type("AWS::CloudFront::Distribution")


def test_the_edge_remembers_no_error(prod: Stage) -> None:
    """Left alone it keeps one for ten seconds, for every caller, whatever the cache policy says."""
    answers = prod.only("AWS::CloudFront::Distribution")["DistributionConfig"]["CustomErrorResponses"]

    assert {answer["ErrorCode"]: answer["ErrorCachingMinTTL"] for answer in answers} == dict.fromkeys(
        (400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504), 0
    )
    assert not any("ResponsePagePath" in answer for answer in answers)


def test_a_browser_may_read_what_the_gateway_answers_by_itself(prod: Stage) -> None:
    """Its errors lack CORS headers; the edge adds those of the gateway and changes none that are there."""
    behavior = prod.only("AWS::CloudFront::Distribution")["DistributionConfig"]["DefaultCacheBehavior"]
    policy = prod.api["Resources"][behavior["ResponseHeadersPolicyId"]["Ref"]]["Properties"]
    edge = policy["ResponseHeadersPolicyConfig"]["CorsConfig"]
    gateway = prod.only("AWS::ApiGatewayV2::Api")["CorsConfiguration"]

    assert edge["OriginOverride"] is False
    assert edge["AccessControlAllowCredentials"] is False
    assert {
        "AllowOrigins": edge["AccessControlAllowOrigins"]["Items"],
        "AllowMethods": edge["AccessControlAllowMethods"]["Items"],
        "AllowHeaders": edge["AccessControlAllowHeaders"]["Items"],
        "ExposeHeaders": edge["AccessControlExposeHeaders"]["Items"],
        "MaxAge": edge["AccessControlMaxAgeSec"],
    } == gateway


def test_the_gateway_may_call_what_it_routes_to(any_stage: Stage) -> None:
    """It names its caller `<api>/<stage>/<method>/<route's path>`, with parameters as the route spells them."""
    allowed = {
        "".join(part for part in statement["SourceArn"]["Fn::Join"][1] if isinstance(part, str)).split(
            "/*/*"
        )[1]
        for statement in any_stage.of_type("AWS::Lambda::Permission").values()
        if statement["Principal"] == "apigateway.amazonaws.com"
    }
    keys = [route["RouteKey"] for route in any_stage.of_type("AWS::ApiGatewayV2::Route").values()]

    assert allowed == {key.partition(" ")[2] for key in keys}


@pytest.mark.parametrize(
    ("asked", "forwarded"),
    [
        ("/v1/users/jane", "/v1/users/jane"),
        ("/v1/users/a%2Fb/feeds/x%2fy", "/v1/users/a%252Fb/feeds/x%252Fy"),
        ("/v1/users/50%25%20%E2%98%83", "/v1/users/50%25%20%E2%98%83"),
    ],
)
def test_the_edge_carries_an_encoded_slash_through_the_gateway(
    prod: Stage, asked: str, forwarded: str
) -> None:
    answer = _edge(prod, {"uri": asked, "headers": {"host": {"value": "api.app.test"}}})

    assert answer["uri"] == forwarded
    assert answer["headers"] == {
        "host": {"value": "api.app.test"},
        "x-tocsin-raw-path": {"value": asked},
        "x-tocsin-host": {"value": "api.app.test"},
    }


def test_the_edge_refuses_a_body_that_no_function_could_be_given(prod: Stage) -> None:
    """In the words of the function, to which a body of that size never comes."""

    def asked(size: int) -> Json:
        headers = {"host": {"value": "api.app.test"}, "content-length": {"value": str(size)}}
        return _edge(prod, {"uri": "/v1/x", "headers": headers})

    assert "statusCode" not in asked(MAX_BODY_BYTES)
    refused = asked(MAX_BODY_BYTES + 1)
    assert (refused["statusCode"], json.loads(refused["body"])) == (413, answer_to(too_large()))


def _edge(prod: Stage, request: Json) -> Json:
    code = prod.only("AWS::CloudFront::Function")["FunctionCode"]
    script = f"{code}\nconsole.log(JSON.stringify(handler({json.dumps({'request': request})})))"
    answer: Json = json.loads(
        subprocess.run([NODE, "-e", script], capture_output=True, check=True, text=True).stdout
    )
    return answer
