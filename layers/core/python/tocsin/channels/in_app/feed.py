"""The in-app feed: a message arrives by being stored, so nothing is sent."""

from tocsin.domain.channels import IN_APP_FEED
from tocsin.domain.providers import Provider

SPEC = Provider(IN_APP_FEED)
