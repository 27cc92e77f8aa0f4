"""How models are named."""

import pytest

from tocsin.domain.ai_models import bedrock_id


@pytest.mark.parametrize(
    "model",
    [
        "amazon.nova-lite-v1:0",
        "anthropic.claude-haiku-4-5-20251001-v1:0",
        "eu.anthropic.claude-haiku-4-5-20251001-v1:0",
        "amazon.nova-pro-v1:0:300k",
        "openai.gpt-oss-120b-1:0",
        "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.amazon.nova-lite-v1:0",
        "arn:aws-us-gov:bedrock:us-gov-west-1:123456789012:application-inference-profile/abc123",
    ],
)
def test_a_model_has_the_name_that_bedrock_gives_it(model: str) -> None:
    assert bedrock_id(f"bedrock:{model}") == model


@pytest.mark.parametrize(
    "name", ["anthropic:claude-haiku-4-5", "openai:gpt-5.2", "claude", "", "Bedrock:a.b"]
)
def test_other_providers_are_refused_with_an_example(name: str) -> None:
    with pytest.raises(ValueError, match=r"not on Amazon Bedrock.*bedrock:amazon\.nova-lite-v1:0"):
        bedrock_id(name)


@pytest.mark.parametrize(
    "model",
    [
        "",
        "claude",
        "amazon.nova lite",
        "a.b/../../x",
        "a.b?x=1",
        "a.b\n",
        "a." + "b" * 2048,
        "arn:aws:bedrock:us-east-1:123456789012:prompt/ABCDEFGHIJ",
        "arn:aws:sagemaker:us-east-1:123456789012:endpoint/mine",
        "arn:aws:bedrock:us-east-1::inference-profile/x",
    ],
)
def test_what_bedrock_could_not_have_called_a_model_is_refused(model: str) -> None:
    with pytest.raises(ValueError, match="is no id of a Bedrock model"):
        bedrock_id(f"bedrock:{model}")
