"""Who may call the workflows function: products do, and people with a service token run what they manage."""

from tocsin.lambda_kit.access import Access

ACCESS = Access(service=frozenset({"PUT /v1/workflows/{key}/run"}))
