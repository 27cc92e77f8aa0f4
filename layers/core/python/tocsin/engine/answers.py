"""What conditions ask of a run: how far its messages came, and whether its recipient is in an audience."""

from collections.abc import Collection, Sequence

from tocsin.domain.message_ranks import SKIPPED, Standing, highest
from tocsin.domain.messages import Message
from tocsin.domain.recipients import USERS
from tocsin.domain.runs import RecipientRun
from tocsin.domain.values import dataclass
from tocsin.engine.lookups import Lookups


@dataclass(frozen=True, slots=True)
class Answers:
    """`unstored` are the messages of this stretch, of which no store knows yet."""

    run: RecipientRun
    unstored: Sequence[Message]
    lookups: Lookups

    def standing(self, ref: str) -> Standing | None:
        if not any(one.step_ref == ref for one in self.run.made):
            return SKIPPED
        found = self.messages_of(ref)
        return highest(found) if found else None

    def messages_of(self, ref: str) -> Collection[Message]:
        """What a step of this run has made, as far as it still exists."""
        made = [one for one in self.run.made if one.step_ref == ref]
        found = {message.id: message for message in self.unstored if message.source.step_ref == ref}
        stored = [one for one in made if one.message_id not in found]
        if stored:
            found.update({one.id: one for one in self.lookups.messages(self.run.recipient, stored)})
        return found.values()

    def is_member(self, audience: str) -> bool:
        """Only users are in audiences."""
        recipient = self.run.recipient
        if recipient.collection != USERS:
            return False
        return self.lookups.is_member(audience, recipient.id, self.run.tenant)
