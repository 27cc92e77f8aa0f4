"""`python -m admin environments locale`, as an operator types it."""

from admin.connection import Stores
from tests.builders.terminal import Terminal


def test_each_environment_speaks_by_default_what_it_is_told(seeded: Terminal, stores: Stores) -> None:
    said = seeded.out("environments", "locale", "production", "fr-BE")
    assert said == "The environment production speaks fr-BE where there is no better translation.\n"
    spoken = {one.slug: one.default_locale for one in stores.environments.all()}
    assert spoken == {"development": "en", "production": "fr-BE"}


def test_a_locale_that_is_none_is_refused(seeded: Terminal, stores: Stores) -> None:
    code, _, err = seeded.run("environments", "locale", "production", "french")
    assert (code, "must be a locale such as" in err) == (1, True)
    assert {one.default_locale for one in stores.environments.all()} == {"en"}
