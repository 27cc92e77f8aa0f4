"""In-app guides: shown by the product itself, so nothing is sent."""

from tocsin.domain.channels import IN_APP_GUIDE
from tocsin.domain.providers import Provider

SPEC = Provider(IN_APP_GUIDE)
