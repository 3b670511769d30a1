#!/usr/bin/python3
"""Random graphs, states and commands: our decisions beside two others.

The first is a naive implementation of the rules with Python sets (class Naive): every answer of ours
must be equal to its answer, the code of an error included. The second is Alembic itself (its
RevisionMap and HeadMaintainer): plans and rows must be the same sets, unless one of the EXEMPTIONS
applies. Each of those quotes the rule that differs, and says of which commands it is true without
looking at our answer; as many as applied are counted and printed.

usage: graph_oracle.py PROGRAM [--seed N] [--count N]
"""
import argparse
import collections
import random
import re
import subprocess
import sys
import warnings
from contextlib import contextmanager

from alembic.runtime.migration import HeadMaintainer, MigrationStep
from alembic.script.base import ScriptDirectory
from alembic.script.revision import Revision, RevisionMap

WORDS = ("head", "heads", "base", "current")
TARGET = re.compile(r"(?:(?P<branch>\w+)@)?(?P<symbol>\w*)(?P<steps>[+-]\d+)?$")


class Refusal(Exception):
    """A command that is an error, with the slug of its code."""

    def __init__(self, slug):
        super().__init__(slug)
        self.slug = slug


# -- the rules, by sets ---------------------------------------------------------------------------


class Node:
    def __init__(self, ident, created, parents, depends, labels):
        self.id = ident
        self.created = created
        self.parents = parents
        self.depends = depends  # ids or labels, as written
        self.labels = labels


class Found:
    """What a target names: a set of ids (empty: base), and how it was written."""

    def __init__(self):
        self.ids = set()
        self.branch = None
        self.lineage = None
        self.steps = None  # of a walk from the rows
        self.last = None  # the last revision that such a walk left, downwards


class Naive:
    def __init__(self, nodes):
        self.nodes = {node.id: node for node in nodes}
        self.labels = {label: node.id for node in nodes for label in node.labels}
        self.parents = {node.id: set(node.parents) for node in nodes}
        self.below = {
            node.id: set(node.parents) | {self.labels.get(name, name) for name in node.depends}
            for node in nodes
        }
        self.children = self.turn(self.parents)
        self.above = self.turn(self.below)
        self.ancestors = {i: self.reach(i, self.below) for i in self.nodes}
        self.descendants = {i: self.reach(i, self.above) for i in self.nodes}
        self.versioned_down = {i: self.reach(i, self.parents) for i in self.nodes}
        self.versioned_up = {i: self.reach(i, self.children) for i in self.nodes}

    @staticmethod
    def turn(edges):
        turned = {ident: set() for ident in edges}
        for ident, others in edges.items():
            for other in others:
                turned[other].add(ident)
        return turned

    @staticmethod
    def reach(ident, edges):
        seen, todo = {ident}, [ident]
        while todo:
            for other in edges[todo.pop()] - seen:
                seen.add(other)
                todo.append(other)
        return seen

    def key(self, ident):
        return (self.nodes[ident].created, ident)

    def lineage(self, ident):
        return self.versioned_down[ident] | self.versioned_up[ident]

    def closure(self, ids):
        return set().union(*(self.ancestors[i] for i in ids)) if ids else set()

    def rise(self, ids):
        return set().union(*(self.descendants[i] for i in ids)) if ids else set()

    def maximal(self, ids, edges=None):
        above = edges or self.above
        return {i for i in ids if not above[i] & ids}

    def bases(self):
        return {i for i in self.nodes if not self.parents[i]}

    def heads(self, real=False):
        return {i for i in self.nodes if not (self.above if real else self.children)[i]}

    def has_redundant_edges(self, ids):
        """Is one direct predecessor implied by another, or named as parent and dependency?"""
        for ident in ids:
            node, below = self.nodes[ident], self.below[ident]
            if self.parents[ident] & {self.labels.get(name, name) for name in node.depends}:
                return True
            if any(self.ancestors[i] & below != {i} for i in below):
                return True
        return False

    # -- identifiers

    def find(self, name, within=None):
        ident = name if name in self.nodes else self.labels.get(name)
        if ident is None:
            found = [i for i in self.nodes if i.startswith(name) and (not within or i in within)]
            if len(found) > 1:
                raise Refusal("ambiguous")
            ident = found[0] if found else None
        if ident is None or (within and ident not in within):
            raise Refusal("target")
        return ident

    def place(self, applied, lineage):
        """Where a branch stands: its rows, else its tips; without a branch the rows."""
        rows = self.maximal(applied)
        if lineage is None:
            return rows
        return rows & lineage or self.maximal(applied & lineage, self.children)

    def walk(self, at, steps, lineage):
        last = None
        for _ in range(abs(steps)):
            if steps > 0:
                ways = self.bases() if at is None else self.children[at]
                ways = ways if lineage is None else ways & lineage
            elif at is None:
                raise Refusal("target")
            else:
                ways, last = self.parents[at] or {None}, at
            if len(ways) != 1:
                raise Refusal("ambiguous" if ways else "target")
            (at,) = ways
        return at, last

    def resolve(self, text, applied):
        match = TARGET.match(text)
        found = Found()
        if not match or not (match["symbol"] or (match["steps"] and int(match["steps"]))):
            raise Refusal("target")
        symbol, steps = match["symbol"], int(match["steps"] or 0)
        if match["branch"]:
            found.branch = self.find(match["branch"])
            found.lineage = self.lineage(found.branch)
        if not symbol:
            places = self.place(applied, found.lineage)
            if len(places) > 1:
                raise Refusal("refused")
            at, found.last = self.walk(next(iter(places), None), steps, found.lineage)
            found.steps = steps
            found.ids = {at} - {None}
            return found
        found.ids = self.symbol(symbol, applied, found.lineage)
        if match["steps"]:
            if len(found.ids) > 1:
                raise Refusal("ambiguous")
            found.ids = {self.walk(next(iter(found.ids), None), steps, found.lineage)[0]} - {None}
        return found

    def symbol(self, symbol, applied, lineage):
        if symbol in ("head", "heads"):
            heads = self.heads(symbol == "heads" and lineage is None)
            heads = heads if lineage is None else heads & lineage
            if symbol == "head" and len(heads) > 1:
                raise Refusal("multiple_heads")
            return heads
        if symbol == "base":
            return set()
        if symbol == "current":
            return self.place(applied, lineage)
        return {self.find(symbol, lineage)}

    # -- plans

    def upgrade(self, text, applied):
        found = self.resolve(text, applied)
        if found.steps and found.steps < 0:
            raise Refusal("target")
        return self.closure(found.ids) - applied

    def downgrade(self, text, applied, cascade):
        found = self.resolve(text, applied)
        if found.steps:
            if found.steps > 0:
                raise Refusal("target")
            roots = {found.last}
        elif not found.ids:
            roots = self.bases()
        elif len(found.ids) > 1:
            raise Refusal("refused")
        else:
            (end,) = found.ids
            roots = self.children[end] & applied
            roots = roots if found.lineage is None else roots & found.lineage
            if end not in applied or not (roots or end in self.maximal(applied)):
                raise Refusal("refused")
        if found.lineage is not None:
            roots &= found.lineage
        plan = self.rise(roots) & applied
        if found.lineage is not None and not cascade and plan - found.lineage:
            raise Refusal("refused")
        return plan

    def stamp(self, texts, applied, purge):
        put, out = set(), set()
        for text in texts:
            found = self.resolve(text, applied)
            pivots = found.ids or {found.last or found.branch} - {None} or set(self.nodes)
            put |= found.ids
            out |= self.closure(pivots) | self.rise(pivots)
        stay = set() if purge else self.maximal(applied) - out
        return self.maximal(self.closure(put | stay))

    def range(self, lower, upper, applied):
        start = self.resolve(lower or "base", applied)
        end = self.resolve(upper or "heads", applied)
        if start.ids:
            above = self.rise(start.ids)
        else:
            above = set(self.nodes) if start.lineage is None else self.closure(start.lineage)
        found = above & self.closure(end.ids)
        if start.ids and not found:
            raise Refusal("target")
        return found

    def order(self, ids):
        """Every revision is pushed when its last predecessor is done; the newest are next."""
        left = {i: len(self.below[i] & ids) for i in ids}
        waiting = [sorted((i for i in ids if not left[i]), key=self.key)]
        done = []
        while waiting:
            if not waiting[-1]:
                waiting.pop()
                continue
            ident = waiting[-1].pop(0)
            done.append(ident)
            ready = []
            for other in self.above[ident] & ids:
                left[other] -= 1
                if not left[other]:
                    ready.append(other)
            waiting.append(sorted(ready, key=self.key))
        return done

    def shown_labels(self):
        shown = {i: set() for i in self.nodes}
        for label, ident in self.labels.items():
            for other in self.versioned_up[ident]:
                shown[other].add(label)
            at = ident
            while len(self.above[at]) < 2 and len(self.parents[at]) < 2:
                shown[at].add(label)
                if not self.parents[at]:
                    break
                (at,) = self.parents[at]
        return shown


# -- Alembic --------------------------------------------------------------------------------------


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


# -- where we differ on purpose -------------------------------------------------------------------


class Case:
    """A command in its surroundings, with the rules' answer and Alembic's."""

    def __init__(self, naive, applied, command, texts, rule):
        self.naive, self.applied, self.rule = naive, applied, rule
        self.rows = naive.maximal(applied)
        self.command, self.texts, self.text = command, texts, texts[0]
        match = TARGET.match(self.text)
        self.symbol = match["symbol"] if match else ""
        self.steps = int(match["steps"]) if match and match["steps"] else None
        self.branch = self.lineage = None
        if match and match["branch"]:
            self.branch = self.found(lambda: naive.find(match["branch"]))
            self.lineage = self.branch and naive.lineage(self.branch)
        self.down = command in ("downgrade", "cascade")
        self.walks_rows = self.steps is not None and not self.symbol
        self.theirs = self.their_rows = None  # Alembic's plan and rows, None for an error
        self.reason = ""

    @staticmethod
    def found(question):
        """The answer, None where it is an error."""
        try:
            return question()
        except Refusal:
            return None

    def ends(self):
        """What the target names, as a set; None for an error."""
        found = self.found(lambda: self.naive.resolve(self.text, self.applied))
        return found and found.ids

    def roots_of_alembic(self):
        """The children of where the target leads; of several, those that B stands on."""
        ends = self.ends()
        if ends is None:
            return set()
        roots = self.naive.bases()
        for end in ends:
            roots = self.naive.children[end]
        return roots if len(roots) < 2 else roots & self.naive.versioned_down[self.branch]


def several_rows(case):
    return (
        case.walks_rows
        and case.command != "show"
        and "@" not in case.text
        and len(case.rows) > 1
        and case.rule == "refused"
    )


def reverts_other_branches(case):
    """With --cascade the result must be Alembic's."""
    if case.command != "downgrade" or case.lineage is None or case.rule != "refused":
        return False
    plan = case.found(lambda: case.naive.downgrade(case.text, case.applied, True))
    return plan is not None and plan == case.theirs


def overlapping_heads(case):
    return case.command == "upgrade" and case.symbol == "heads" and "overlaps" in case.reason


def roots_of_a_walk(case):
    """Alembic takes the children of the end point that B stands on, of one child that one."""
    if not (case.down and case.walks_rows and case.lineage is not None and case.steps < 0):
        return False
    roots = case.roots_of_alembic()
    return case.theirs == (case.naive.rise(roots) & case.applied if roots else None)


def tips_of_a_walk(case):
    """Going down Alembic asks for tips of all that is applied, going up by all edges."""
    if not (case.down or case.command == "upgrade") or not case.walks_rows or not case.lineage:
        return False
    naive, applied = case.naive, case.applied & case.lineage
    theirs = naive.maximal(applied)
    if case.down:
        theirs = naive.maximal(case.applied, naive.children) & case.lineage
    return not case.rows & case.lineage and naive.maximal(applied, naive.children) != theirs


def roots_on_a_lineage(case):
    """Alembic keeps those of several roots that B stands on, we also those that stand on B."""
    if not case.down or case.lineage is None or case.walks_rows or case.theirs is not None:
        return False
    ends = case.ends() or set()
    return len(set().union(*(case.naive.children[end] for end in ends))) > 1 and not (
        case.roots_of_alembic()
    )


def off_the_lineage(case):
    """Alembic does not ask whether the symbol of B@symbol is on B's lineage."""
    if case.lineage is None or not case.symbol or case.symbol in WORDS:
        return False
    if not case.down and not (case.command == "upgrade" and (case.steps or 0) > 0):
        return False
    ident = case.found(lambda: case.naive.find(case.symbol))
    return ident is not None and ident not in case.lineage


def prefix_in_a_branch(case):
    """Alembic looks for the prefix of B@prefix among all revisions, but to upgrade and to show."""
    if case.lineage is None or not case.symbol or case.symbol in WORDS:
        return False
    return (
        case.theirs is None
        and case.found(lambda: case.naive.find(case.symbol)) is None
        and case.found(lambda: case.naive.find(case.symbol, case.lineage)) is not None
    )


def head_of_a_branch(case):
    """Alembic looks among all heads for the head of B@head, going down or counting up from it."""
    if case.lineage is None or case.symbol not in ("head", "heads"):
        return False
    if not case.down and not (case.command == "upgrade" and (case.steps or 0) > 0):
        return False
    of_all = case.found(lambda: case.naive.symbol(case.symbol, case.applied, None))
    return of_all != case.found(
        lambda: case.naive.symbol(case.symbol, case.applied, case.lineage)
    )


def not_a_branch(case):
    """Alembic ignores B of B@base, and an empty one."""
    branches = [text.split("@")[0] for text in case.texts if "@" in text]
    return isinstance(case.rule, str) and any(
        not branch or case.found(lambda: case.naive.find(branch)) is None for branch in branches
    )


def ends_at_base(case):
    return case.command == "upgrade" and case.theirs is None and case.ends() == set()


def below_base(case):
    return case.symbol == "base" and case.steps is not None and case.steps < 0


def asks_for_current(case):
    return any("current" in text for text in case.texts)


def walks_elsewhere(case):
    """Alembic walks for upgrade and downgrade alone; to stamp, -N is from the heads."""
    return case.command in ("stamp", "purge", "show") and any(
        re.search(r"[+-]\d+$", text) for text in case.texts
    )


def stamps_several(case):
    """Alembic moves the rows to one of several targets and stumbles over the next."""
    if case.command not in ("stamp", "purge") or isinstance(case.rule, str):
        return False
    found = [case.naive.resolve(text, case.applied).ids for text in case.texts]
    return len(case.texts) > 1 or len(found[0]) > 1


def stamps_beside_a_branch(case):
    """Alembic takes the rows related to B away, those that are not related to B@X too."""
    ends = case.ends()
    if case.command != "stamp" or case.lineage is None or not ends or len(case.texts) > 1:
        return False
    pivots = ends | {case.branch}
    related = case.naive.closure(pivots) | case.naive.rise(pivots)
    return case.their_rows == case.rows - related | ends


def redundant_edges(case):
    """Only where the plans agree, and a revision of the plan has such edges."""
    return (
        not isinstance(case.rule, str)
        and case.theirs == set(case.rule[0])
        and case.naive.has_redundant_edges(case.theirs)
    )


def ends_of_a_range(case):
    """Alembic counts steps of a range from its other end, and has branches in it by label only."""
    return case.command == "range" and any(re.search(r"[-+@]", text) for text in case.texts)


def range_over_dependencies(case):
    """Alembic leaves out what stands on A by a dependency alone, B itself too, or stumbles."""
    if case.command != "range" or isinstance(case.rule, str):
        return False
    naive, lower, upper = case.naive, *(case.texts)
    start = naive.resolve(lower or "base", case.applied).ids
    end = naive.resolve(upper or "heads", case.applied).ids
    found = set().union(*(naive.versioned_up[i] for i in start)) & naive.closure(end)
    if found == set(case.rule[0]):
        return False
    return case.theirs == found or case.reason.startswith("AssertionError")


def range_from_several(case):
    """Alembic wants every one of several lower ends below the upper one."""
    if case.command != "range" or case.theirs is not None or isinstance(case.rule, str):
        return False
    return len(case.naive.resolve(case.texts[0] or "base", case.applied).ids) > 1


EXEMPTIONS = [
    (several_rows, "`-N` and `+N` without a branch are refused when several rows are current"),
    (
        reverts_other_branches,
        "when a branch-qualified downgrade would also revert revisions outside B's lineage, it is "
        "refused, naming them, unless `--cascade` is given",
    ),
    (overlapping_heads, "overlapping targets of `B@heads` are simply a union"),
    (
        roots_of_a_walk,
        "the root is the last revision that the walk left, not all children of the end point; "
        "`B@-N` works wherever the rule above gives a root",
    ),
    (
        tips_of_a_walk,
        "no row in B's lineage: at the tip of the applied revisions in that lineage by versioned "
        "edges; several are refused",
    ),
    (head_of_a_branch, "`B@head`: narrowed to B's lineage; `B@head-1`: N steps from that symbol"),
    (roots_on_a_lineage, "`B@X` narrows the roots to those on B's lineage"),
    (off_the_lineage, "`B@ID`: narrowed to B's lineage (ancestors and descendants)"),
    (prefix_in_a_branch, "with `B@prefix` only B's lineage is searched"),
    (not_a_branch, "B is a label or an id"),
    (ends_at_base, "a target already applied gives an empty plan and success"),
    (below_base, "walking past an end is an error"),
    (asks_for_current, "`current`: the rows in the database"),
    (walks_elsewhere, "`+N`, `-N`: N steps from the current row; `ID-N`: from that symbol"),
    (
        stamps_several,
        "`stamp` resolves everything first; rows of unrelated branches stay; the result is "
        "normalised",
    ),
    (stamps_beside_a_branch, "rows of unrelated branches stay"),
    (redundant_edges, "redundant edges are legal: the set rules decide"),
    (ends_of_a_range, "a range, inclusive at both ends, each any identifier"),
    (range_over_dependencies, "a range, inclusive at both ends"),
    (range_from_several, "a range, inclusive at both ends"),
]


# -- graphs, states and commands by chance --------------------------------------------------------


def random_nodes(chance):
    size = chance.choice((1, 2, 3, 4, 5, 6, 7, 8, 8, 9, 10, 10, 11, 12, 13, 14, 15))
    if chance.random() < 0.04:
        size = chance.randrange(16, 45)
    merges, depends, labels = chance.choice((0, 0.15, 0.3)), chance.choice((0, 0.2, 0.4)), 0.2
    nodes, names, used = [], [], set()
    heads = []
    for number in range(size):
        ident = ""
        while not ident or ident in used:
            ident = "%s%03x" % (chance.choice("abc"), chance.randrange(4096))
        used.add(ident)
        parents = []
        if number and chance.random() > 0.1:
            pool = heads if chance.random() < 0.6 else [node.id for node in nodes]
            wanted = chance.choice((2, 2, 3)) if chance.random() < merges else 1
            parents = chance.sample(pool, min(wanted, len(pool)))
        needs = []
        if names and chance.random() < depends:
            needs = chance.sample(names, min(chance.choice((1, 1, 2)), len(names)))
        own = []
        if chance.random() < labels:
            own = ["L%d" % number] + (["M%d" % number] if chance.random() < 0.1 else [])
        nodes.append(Node(ident, chance.randrange(6), parents, needs, own))
        names += [ident] + own
        heads = [head for head in heads if head not in parents] + [ident]
    chance.shuffle(nodes)
    return nodes


def random_rows(chance, naive):
    ids = sorted(naive.nodes)
    shape = chance.random()
    if shape < 0.1:
        return []
    if shape < 0.25:
        return sorted(naive.heads(real=True))
    some = chance.sample(ids, min(len(ids), chance.choice((1, 1, 2, 2, 3, 4))))
    if shape < 0.35:
        return some
    return sorted(naive.maximal(naive.closure(set(some))))


def random_name(chance, naive):
    names = sorted(naive.nodes) + sorted(naive.labels) * 2
    name = chance.choice(names)
    if name in naive.nodes and chance.random() < 0.1:
        name = name[: chance.randrange(1, 4)]
    return name


def random_target(chance, naive):
    if chance.random() < 0.02:
        return chance.choice(("zzzz", "+0", "-0", "@head", "a@", "+", "1+x", "L@@1", "zz@head"))
    steps = "%s%d" % (chance.choice("+--"), chance.choice((1, 1, 1, 2, 2, 3, 4)))
    branch = random_name(chance, naive) + "@" if chance.random() < 0.4 else ""
    shape = chance.random()
    if shape < 0.25:
        return branch + steps
    words = ("head",) * 4 + ("heads", "base") * 3 + ("current",)
    symbol = chance.choice(words) if shape < 0.55 else random_name(chance, naive)
    return branch + symbol + (steps if chance.random() < 0.2 else "")


def random_command(chance, naive):
    verb = chance.choice(
        ("upgrade",) * 4 + ("downgrade",) * 4 + ("cascade", "stamp", "stamp", "purge", "range", "show")
    )
    if verb == "range":
        ends = [random_target(chance, naive) if chance.random() < 0.8 else "" for _ in "ab"]
        return verb, ends
    count = chance.choice((1, 1, 1, 2, 3)) if verb in ("stamp", "purge") else 1
    return verb, [random_target(chance, naive) for _ in range(count)]


# -- the comparison -------------------------------------------------------------------------------


class Tally:
    def __init__(self):
        self.graphs = self.commands = self.compared = self.normalised = self.failures = 0
        self.exempted = collections.Counter()

    def fail(self, nodes, rows, verb, texts, why):
        self.failures += 1
        if self.failures > 20:
            return
        print("# %s %s: %s" % (verb, " ".join(texts), why))
        print("  rows %s" % (",".join(rows) or "-"))
        for node in nodes:
            print("  %s" % line_of(node))


def listed(items):
    return ",".join(items) or "-"


def unlisted(text):
    return [] if text == "-" else text.split(",")


def line_of(node):
    return "%s %d %s %s %s" % (
        node.id,
        node.created,
        listed(node.parents),
        listed(node.depends),
        listed(node.labels),
    )


class Ours:
    """The program under test, kept running."""

    def __init__(self, program):
        self.process = subprocess.Popen(
            [program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, requests, answers):
        self.process.stdin.write("\n".join(requests) + "\nflush\n")
        self.process.stdin.flush()
        return [self.process.stdout.readline().rstrip("\n") for _ in range(answers)]

    def close(self):
        self.process.stdin.close()
        return self.process.wait()


def requests_of(nodes, rows, commands):
    lines = ["graph %d" % len(nodes)] + [line_of(node) for node in nodes]
    lines += ["rows %s" % listed(rows), "labels"]
    for verb, texts in commands:
        if verb == "range":
            lines.append("range %s %s" % (texts[0] or "-", texts[1] or "-"))
        else:
            lines.append("%s %s" % (verb, ",".join(texts)))
    return lines


def by_rules(naive, applied, verb, texts):
    """The answer that ours must be: (plan in order, rows after), or a slug."""
    try:
        if verb == "upgrade":
            plan = naive.order(naive.upgrade(texts[0], applied))
            return plan, naive.maximal(applied | set(plan))
        if verb in ("downgrade", "cascade"):
            plan = naive.order(naive.downgrade(texts[0], applied, verb == "cascade"))[::-1]
            return plan, naive.maximal(applied - set(plan))
        if verb in ("stamp", "purge"):
            return [], naive.stamp(texts, applied, verb == "purge")
        if verb == "range":
            return naive.order(naive.range(texts[0], texts[1], applied)), None
        return sorted(naive.resolve(texts[0], applied).ids, key=naive.key), None
    except Refusal as refusal:
        return refusal.slug


def check_steps(naive, applied, words, downwards):
    """Plays each step's change of rows: it must lead to the maximal elements, every time."""
    rows, applied = set(unlisted(words[1])), set(applied)
    if rows != naive.maximal(applied):
        return "starts from the rows %s" % words[1]
    for word in words[3:]:
        ident, removed, added = word.split(":")
        removed, added = set(unlisted(removed)), set(unlisted(added))
        if not removed <= rows or added & rows:
            return "step %s removes what is no row or adds what is one" % word
        if downwards:
            applied.remove(ident)
        elif not naive.below[ident] <= applied:
            return "step %s runs before what it stands on" % word
        else:
            applied.add(ident)
        rows = rows - removed | added
        if rows != naive.maximal(applied):
            return "rows after %s are %s" % (word, sorted(rows))
    return "" if rows == set(unlisted(words[2])) else "ends with other rows than its last step"


def check_rules(naive, applied, verb, answer, rule):
    """Is our answer the rules' answer? The difference, or nothing."""
    words = answer.split(" ")
    if words[0] == "error":
        return "" if words[1] == rule else "is %s, must be %s" % (answer, rule)
    if isinstance(rule, str):
        return "is %s, must be error %s" % (answer, rule)
    if verb in ("range", "show"):
        return "" if unlisted(words[1]) == rule[0] else "is %s, must be %s" % (answer, rule[0])
    plan = [word.split(":")[0] for word in words[3:]]
    if plan != rule[0] or set(unlisted(words[2])) != rule[1]:
        return "is %s, must be %s leaving %s" % (answer, rule[0], sorted(rule[1]))
    if verb in ("stamp", "purge"):
        return ""
    return check_steps(naive, applied, words, verb != "upgrade")


def ask_alembic(alembic, case, rows):
    """Fills the case with Alembic's answer. Anything that it throws is an error."""
    try:
        if case.command in ("downgrade", "cascade"):
            case.theirs, play = alembic.downgrade(case.text, rows)
        elif case.command == "upgrade":
            case.theirs, play = alembic.upgrade(case.text, rows)
        elif case.command == "stamp":
            case.theirs, play = alembic.stamp(case.texts, rows)
        elif case.command == "purge":
            case.theirs, play = alembic.stamp(case.texts, ())
        elif case.command == "range":
            case.theirs, play = alembic.range(*case.texts), lambda: None
        else:
            case.theirs, play = alembic.show(case.text), lambda: None
    except Exception as error:
        case.reason = "%s: %s" % (type(error).__name__, error)
        return
    try:
        case.their_rows = play()
    except Exception as error:
        case.their_rows = "%s: %s" % (type(error).__name__, error)


def agrees(case):
    if isinstance(case.rule, str):
        return case.theirs is None
    if case.theirs is None or case.their_rows is not None and case.their_rows != case.rule[1]:
        return False
    return case.theirs == set(case.rule[0])


def check_alembic(alembic, case, tally):
    """Ours is the rules' answer: is that Alembic's too, or exempted? The difference, or nothing."""
    ask_alembic(alembic, case, tuple(sorted(case.rows)))
    if agrees(case):
        tally.compared += 1
        return ""
    for exempts, _ in EXEMPTIONS:
        if exempts(case):
            tally.exempted[exempts.__name__] += 1
            return ""
    theirs = case.reason if case.theirs is None else "%s leaving %s" % (
        sorted(case.theirs),
        case.their_rows,
    )
    return "by the rules %s, Alembic: %s" % (case.rule, theirs)


def check_labels(naive, answer):
    shown = {}
    for word in answer.split(" ")[1:]:
        ident, labels = word.split(":")
        shown[ident] = unlisted(labels)
    wanted = {ident: sorted(labels) for ident, labels in naive.shown_labels().items()}
    return "" if shown == wanted else "labels are %s, must be %s" % (shown, wanted)


def check_rows(naive, given, answer):
    _, rows, implied, unknown = answer.split(" ")
    known = [row for row in given if row in naive.nodes]
    applied = naive.closure(set(known))
    wanted = sorted(naive.maximal(applied), key=naive.key)
    dropped = sorted(set(known) - set(wanted), key=naive.key)
    strange = [row for row in given if row not in naive.nodes]
    if (unlisted(rows), unlisted(implied), unlisted(unknown)) == (wanted, dropped, strange):
        return ""
    return "rows are %s, must be %s, %s, %s" % (answer, wanted, dropped, strange)


def one_graph(chance, ours, tally):
    nodes = random_nodes(chance)
    naive, alembic = Naive(nodes), Alembic(nodes)
    rows = random_rows(chance, naive)
    if chance.random() < 0.05:
        rows.append("gone")
    commands = [random_command(chance, naive) for _ in range(12)]
    applied = naive.closure({row for row in rows if row in naive.nodes})
    answers = ours.ask(requests_of(nodes, rows, commands), 3 + len(commands))
    tally.graphs += 1
    tally.normalised += set(rows) != naive.maximal(applied)
    if answers[0] != "ok":
        tally.fail(nodes, rows, "graph", [], answers[0])
        return
    for verb, why in (("rows", check_rows(naive, rows, answers[1])),
                      ("labels", check_labels(naive, answers[2]))):
        if why:
            tally.fail(nodes, rows, verb, [], why)
    for (verb, texts), answer in zip(commands, answers[3:]):
        tally.commands += 1
        rule = by_rules(naive, applied, verb, texts)
        why = check_rules(naive, applied, verb, answer, rule)
        why = why or check_alembic(alembic, Case(naive, applied, verb, texts, rule), tally)
        if why:
            tally.fail(nodes, rows, verb, texts, why)
    if chance.random() < 0.2:
        shuffled = chance.sample(nodes, len(nodes))
        again = ours.ask(requests_of(shuffled, rows, commands), 3 + len(commands))
        if [answers[:2] + answers[3:]] != [again[:2] + again[3:]]:
            tally.fail(nodes, rows, "shuffled", [], "%s became %s" % (answers, again))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("program")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=4000)
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    chance, tally, ours = random.Random(options.seed), Tally(), Ours(options.program)
    for _ in range(options.count):
        one_graph(chance, ours, tally)
    if ours.close():
        tally.failures += 1
        print("# the program failed")
    for exempts, rule in EXEMPTIONS:
        print("%7d %-24s %s" % (tally.exempted[exempts.__name__], exempts.__name__, rule))
    print(
        "%7d of the states have rows that overlap or that no script knows: Alembic, which refuses "
        "those, is asked about the normalised ones" % tally.normalised
    )
    print(
        "%d graphs, %d commands, %d compared with Alembic, %d exempted, %d failures"
        % (
            tally.graphs,
            tally.commands,
            tally.compared,
            sum(tally.exempted.values()),
            tally.failures,
        )
    )
    return 1 if tally.failures else 0


if __name__ == "__main__":
    sys.exit(main())
