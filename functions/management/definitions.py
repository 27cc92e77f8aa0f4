"""What workflows, email layouts and guides have in common: lists, what was saved, saving, validating, activating.

Each kind keeps routes of its own, for each has models of its own in the API's document.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools.event_handler import Response

from functions.management.lists import page, slice_of_library
from functions.management.surroundings import authorship, editable_environment, known_environment
from tocsin.contract.annotations import annotated
from tocsin.contract.definitions import ActivateQuery, ListQuery, ShowQuery, UpsertQuery
from tocsin.domain.definition_content import content_of, is_key
from tocsin.domain.definition_views import Shown
from tocsin.domain.definitions import DefinitionKind, Draft
from tocsin.domain.errors import TocsinError
from tocsin.lambda_kit.branches import definitions_of
from tocsin.lambda_kit.calls import CallFacts
from tocsin.lambda_kit.pagination import window_of
from tocsin.lambda_kit.responses import json_response, no_content
from tocsin.usecases.activate_definition import activate_definition
from tocsin.usecases.archive_definition import archive_definition
from tocsin.usecases.find_definitions import Library
from tocsin.usecases.follow_channels import following
from tocsin.usecases.named_partials import require_saved_partials
from tocsin.usecases.save_definition import Follows, nobody, prepare, save, save_and_commit

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class DefinitionCalls:
    """One kind. `field` wraps a definition on the wire and `out` shows it, in an environment; `check` raises for
    content that is not valid in an environment under a key; `missing` is what to say of a key that is nobody's."""

    kind: DefinitionKind
    field: str
    out: Callable[[str, Shown], Json]
    check: Callable[[CallFacts, str, str, Json], None]
    missing: Callable[[str, str], TocsinError]

    def listed(
        self, call: CallFacts, query: ListQuery, selects: Callable[[str], bool] | None = None
    ) -> Response[Any]:
        """`selects` looks at keys and says which are meant."""
        env = known_environment(call)
        library = Library(
            definitions_of(call),
            env,
            self.kind,
            committed=query.hide_uncommitted_changes,
            selects=selects,
        )
        found = slice_of_library(library, window_of(query, self._is_key))
        return json_response(
            page(found, query.page_size, lambda shown: self._out(env, shown, annotate=query.annotate))
        )

    def shown(self, call: CallFacts, key: str, query: ShowQuery) -> Response[Any]:
        env = known_environment(call)
        found = self._found(call, env, key, committed=query.hide_uncommitted_changes)
        return json_response(self._out(env, found, annotate=query.annotate))

    def saved(self, call: CallFacts, key: str, sent: Json, query: UpsertQuery) -> Response[Any]:
        env = editable_environment(call, force=query.force)
        definitions = definitions_of(call)
        content = self._checked(call, env, key, sent)
        follows = self._follows(call, env)
        if query.commit:
            by, empty = authorship(call, query.commit_message), query.allow_empty
            save_and_commit(definitions, env, self.kind, key, content, by, allow_empty=empty, follows=follows)
        else:
            save(definitions, env, self.kind, key, content, call.now, follows)
        return self._wrapped(env, self._found(call, env, key), annotate=query.annotate)

    def validated(self, call: CallFacts, key: str, sent: Json) -> Response[Any]:
        """In any environment: the CLI asks before it saves, and does not say here that it insists."""
        env = known_environment(call)
        content = self._checked(call, env, key, sent)
        before = self._library(call, env).one(key)
        draft = prepare(definitions_of(call), env, self.kind, key, content, call.now).draft
        return self._wrapped(env, Shown(draft, before is None or before.active))

    def activated(
        self, call: CallFacts, key: str, query: ActivateQuery, wanted: bool | None
    ) -> Response[Any]:
        """`wanted` is the body's word; the query's goes first, where the CLI can say nothing else."""
        env = known_environment(call)
        said = query.status if query.status is not None else wanted
        draft = activate_definition(definitions_of(call), env, self.kind, key, active=said is not False)
        if draft is None:
            raise self.missing(env, key)
        return self._wrapped(env, Shown(draft, active=said is not False))

    def archived(self, call: CallFacts, key: str) -> Response[Any]:
        services = call.services
        if not archive_definition(services.definitions, services.environments, self.kind, key):
            raise self.missing("any environment", key)
        return no_content()

    def _is_key(self, text: str) -> bool:
        return is_key(text, self.kind)

    def _library(self, call: CallFacts, env: str, *, committed: bool = False) -> Library:
        return Library(definitions_of(call), env, self.kind, committed=committed)

    def _found(self, call: CallFacts, env: str, key: str, *, committed: bool = False) -> Shown:
        shown = self._library(call, env, committed=committed).one(key)
        if shown is None:
            raise self.missing(env, key)
        return shown

    def _checked(self, call: CallFacts, env: str, key: str, sent: Json) -> Json:
        """The content to keep, once it is known to be valid."""
        content = content_of(self.kind, sent)
        self.check(call, env, key, content)
        require_saved_partials(definitions_of(call), env, self.kind, content)
        return content

    def _follows(self, call: CallFacts, env: str) -> Follows:
        def follows(before: Draft | None, content: Json) -> tuple[str, ...]:
            return following(call.services.channels.all(env), before, content)

        return follows if self.kind is DefinitionKind.WORKFLOW else nobody

    def _wrapped(self, env: str, shown: Shown, *, annotate: bool = False) -> Response[Any]:
        return json_response({self.field: self._out(env, shown, annotate=annotate)})

    def _out(self, env: str, shown: Shown, *, annotate: bool) -> Json:
        out = self.out(env, shown)
        return annotated(self.kind, out) if annotate else out
