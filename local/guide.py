"""What to type next, with the running stack's own addresses and keys."""

from local.seed import StackInfo


def look_further(info: StackInfo) -> str:
    return f"""
Tocsin runs at {info.api_url} (keys for it: .local/stack.json)

  a user        curl -X PUT {info.api_url}/v1/users/ada -H 'authorization: Bearer {info.secret_key}' \\
                     -H 'content-type: application/json' -d '{{"name": "Ada", "email": "ada@example.com"}}'
  messages      curl {info.api_url}/v1/messages -H 'authorization: Bearer {info.secret_key}'
  sent emails   curl {info.aws_endpoint_url}/_ministack/ses/messages
  sent SMS      curl {info.aws_endpoint_url}/_ministack/sns/sms-messages
  all others    curl {info.api_url}/sink   (pushes, chat messages, webhooks)
  user tokens   sign them with {info.signing_key_path}; docs/keys.md says how
  from Python   Knock(api_key="{info.secret_key}", base_url="{info.api_url}")
  commands      .venv/bin/python -m admin …; docs/quickstart.md says what they need
  stop          make down"""
