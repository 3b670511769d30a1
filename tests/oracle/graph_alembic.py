"""Alembic as an oracle: its RevisionMap plans, its HeadMaintainer keeps the rows, no database.

Whatever it throws is the caller's to catch.
"""
from contextlib import contextmanager

from alembic.runtime.migration import HeadMaintainer, MigrationStep
from alembic.script.base import ScriptDirectory
from alembic.script.revision import Revision, RevisionMap


class Nothing:
    """Takes the place of a database: anything of it is itself."""

    def __getattr__(self, name):
        return self

    def __call__(self, *args, **kwargs):
        return self


class Script(Revision):
    module = Nothing()


class Directory:
    """As much of a ScriptDirectory as stamping asks for."""

    def __init__(self, revision_map):
        self.revision_map = revision_map
        self.get_revisions = revision_map.get_revisions

    @contextmanager
    def _catch_revision_errors(self, **kwargs):
        yield


class Alembic:
    def __init__(self, nodes):
        self.map = RevisionMap(
            lambda: [
                Script(
                    node.id,
                    tuple(node.parents) or None,
                    tuple(node.depends) or None,
                    tuple(node.labels) or None,
                )
                for node in nodes
            ]
        )
        self.map.heads  # builds it
        self.directory = Directory(self.map)

    def play(self, steps, rows):
        heads = HeadMaintainer(Nothing(), rows)
        for step in steps:
            heads.update_to_step(step)
        return set(heads.heads)

    def upgrade(self, text, rows):
        scripts = list(self.map.iterate_revisions(text, rows, implicit_base=True))[::-1]
        steps = [MigrationStep.upgrade_from_script(self.map, script) for script in scripts]
        return {script.revision for script in scripts}, lambda: self.play(steps, rows)

    def downgrade(self, text, rows):
        scripts = list(self.map.iterate_revisions(rows, text, select_for_downgrade=True))
        steps = [MigrationStep.downgrade_from_script(self.map, script) for script in scripts]
        return {script.revision for script in scripts}, lambda: self.play(steps, rows)

    def stamp(self, texts, rows):
        steps = ScriptDirectory._stamp_revs(self.directory, tuple(texts), rows)
        return set(), lambda: self.play(steps, rows)

    def range(self, lower, upper):
        found = self.map.iterate_revisions(
            upper or "heads", lower or "base", inclusive=True, assert_relative_length=False
        )
        return {script.revision for script in found}

    def show(self, text):
        return {rev.revision for rev in self.map.get_revisions(text) if rev is not None}
