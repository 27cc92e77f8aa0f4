"""What stands in an account all the time, and what of it costs: `tests/costs/ledger.md` says how many of each."""

from bench.costs.ledgers import IDLE
from tests.costs.holding import hold_to
from tests.infra.stages import Stage

# Nothing is billed for them while nothing happens but what the ledger counts; storage is billed by what is stored.
FREE_WHEN_IDLE = {
    "AWS::ApiGatewayV2::Api",
    "AWS::ApiGatewayV2::Integration",
    "AWS::ApiGatewayV2::Route",
    "AWS::ApiGatewayV2::Stage",
    "AWS::CDK::Metadata",
    "AWS::CloudFront::Distribution",
    "AWS::CloudFront::Function",
    "AWS::CloudFront::ResponseHeadersPolicy",
    "AWS::DynamoDB::GlobalTable",
    "AWS::IAM::Policy",
    "AWS::IAM::Role",
    "AWS::Lambda::Function",
    "AWS::Lambda::LayerVersion",
    "AWS::Lambda::Permission",
    "AWS::Logs::LogGroup",
    "AWS::Logs::MetricFilter",
    "AWS::S3::Bucket",
    "AWS::S3::BucketPolicy",
    "AWS::SES::ConfigurationSet",
    "AWS::SES::ConfigurationSetEventDestination",
    "AWS::SNS::Topic",
    "AWS::SNS::TopicPolicy",
    "AWS::SQS::Queue",
    "AWS::SQS::QueuePolicy",
    "AWS::StepFunctions::StateMachine",
}
COUNTED = {
    "AWS::CloudWatch::Alarm",
    "AWS::CloudWatch::Dashboard",
    "AWS::Events::Rule",
    "AWS::Lambda::EventSourceMapping",
    "AWS::SecretsManager::Secret",
}


def test_every_kind_of_resource_is_counted_or_known_to_be_free(prod: Stage) -> None:
    kinds = {one["Type"] for part in (prod.data, prod.api) for one in part["Resources"].values()}
    assert kinds - FREE_WHEN_IDLE == COUNTED


def test_what_stands_there_is_what_the_ledger_says(prod: Stage) -> None:
    rules = prod.of_type("AWS::Events::Rule").values()
    sources = prod.of_type("AWS::Lambda::EventSourceMapping").values()
    counts = {
        "alarms": len(prod.of_type("AWS::CloudWatch::Alarm")),
        "dashboards": len(prod.of_type("AWS::CloudWatch::Dashboard")),
        "secrets": len(prod.of_type("AWS::SecretsManager::Secret")),
        "queues that Lambda polls": sum("ScalingConfig" in one for one in sources),
        "sweeps an hour": 60 * sum(one.get("ScheduleExpression") == "rate(1 minute)" for one in rules),
    }
    assert sum("ScheduleExpression" in one for one in rules) == 1
    hold_to(IDLE, "what", ["count"], {name: [count] for name, count in counts.items()})
