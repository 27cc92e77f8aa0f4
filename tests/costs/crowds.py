"""The same stories for many people at once: what they share is what makes them cheap."""

from tests.builders.world import EMAIL, IN_APP, delay
from tests.costs.shapes import PAGE, Shape, once

# Each email is a delivery of its own, and the same for any number of them.
EMAILS = 25

CROWDS = {
    f"email, each of a page of {EMAILS}": Shape([EMAIL], once(), recipients=EMAILS),
    f"delay, in-app, each of a page of {PAGE}": Shape([delay(60), IN_APP], once(61), recipients=PAGE),
}
