"""`python -m admin environments timezone`, as an operator types it."""

from admin.connection import Stores
from tests.builders.terminal import Terminal


def test_each_environment_reads_the_clock_where_it_is_told(seeded: Terminal, stores: Stores) -> None:
    said = seeded.out("environments", "timezone", "production", "Europe/Oslo")
    assert said == (
        "The environment production reads the clock in Europe/Oslo where a recipient names no zone.\n"
    )
    zones = {one.slug: one.default_timezone for one in stores.environments.all()}
    assert zones == {"development": "Etc/UTC", "production": "Europe/Oslo"}


def test_a_zone_that_is_none_is_refused(seeded: Terminal, stores: Stores) -> None:
    code, _, err = seeded.run("environments", "timezone", "production", "Mars/Olympus")
    assert (code, "there is no time zone 'Mars/Olympus'" in err) == (1, True)
    assert {one.default_timezone for one in stores.environments.all()} == {"Etc/UTC"}
