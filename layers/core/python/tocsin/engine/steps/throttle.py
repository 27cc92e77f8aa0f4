"""`throttle`: so many runs of a recipient go on within a window, the others end here.

The window opens with the first run that passes and does not roll. A step whose window or key cannot be found out is
skipped, with an error in the log: a notification too many is better than one that is lost to a missing field.
"""

from datetime import timedelta
from typing import Any, Literal
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field, model_validator

from tocsin.domain import json_text
from tocsin.domain.clock import to_iso
from tocsin.domain.durations import Duration
from tocsin.domain.moments import InvalidWindowError
from tocsin.domain.throttles import TakePlace, ThrottleKey, ThrottleWindow
from tocsin.engine.context import Context
from tocsin.engine.outcome import End, Next, Outcome, Skip
from tocsin.engine.step_keys import resolved_key
from tocsin.engine.windows import window_end

TYPE = "throttle"
LONGEST = timedelta(days=31)
MAX_KEY = 64


class ThrottleSettings(BaseModel):
    model_config = ConfigDict(extra="ignore")

    throttle_key: str | None = None
    throttle_limit: int | None = Field(default=None, ge=1)
    throttle_window: Duration | None = None
    throttle_window_field_path: str | None = None

    @model_validator(mode="after")
    def _has_a_window(self) -> "ThrottleSettings":
        if self.throttle_window is None and not self.throttle_window_field_path:
            raise ValueError("needs a throttle_window or a throttle_window_field_path")
        if self.throttle_window is not None and self.throttle_window.length > LONGEST:
            raise ValueError("a throttle's window is 31 days at most")
        if not self.throttle_window_field_path and self.throttle_window and self.throttle_window.value < 1:
            raise ValueError("a throttle's window cannot be empty")
        return self


class Settings(BaseModel):
    model_config = ConfigDict(extra="ignore")

    type: Literal["throttle"]
    ref: str
    settings: ThrottleSettings


def run(step: dict[str, Any], context: Context) -> Outcome:
    settings = Settings.model_validate(step).settings
    key = resolved_key(settings.throttle_key, context)
    problem = _key_problem(settings.throttle_key, key)
    if problem:
        return Skip("invalid_key", {"message": problem}, is_error=True)
    counted = ThrottleKey(context.workflow.key, step["ref"], context.recipient, key)
    window = context.lookups.throttle(counted)
    if window is None or not window.is_open(context.now):
        try:
            window = _opened(settings, counted, window, context)
        except InvalidWindowError as error:
            return Skip("invalid_window", {"message": str(error)}, is_error=True)
    return _passed(step, settings.throttle_limit or 1, window, context)


def _key_problem(written: str | None, key: str | None) -> str | None:
    if not written:
        return None
    if key is None:
        return f"there is nothing at {written!r}"
    if len(quote(json_text.dumps(key))) >= MAX_KEY:
        return f"a key is shorter than {MAX_KEY} characters once it is encoded"
    return None


def _opened(
    settings: ThrottleSettings, counted: ThrottleKey, before: ThrottleWindow | None, context: Context
) -> ThrottleWindow:
    """Takes the place of one that has closed."""
    end = window_end(settings.throttle_window, settings.throttle_window_field_path, context, LONGEST)
    return ThrottleWindow(counted, end, version=before.version if before else 0)


def _passed(step: dict[str, Any], limit: int, window: ThrottleWindow, context: Context) -> Outcome:
    closes_at = to_iso(window.closes_at)
    if window.passed >= limit:
        log = context.line("run_throttled", step, limit=limit, closes_at=closes_at)
        return End((log,))
    taken = window.with_one_more()
    log = context.line("throttle_passed", step, passed=taken.passed, limit=limit, closes_at=closes_at)
    return Next((log,), changes=(TakePlace(taken),))
