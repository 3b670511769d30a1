"""The rules of the revision graph by naive Python sets: a second opinion for graph_oracle.py.

Written for plainness: every closure is computed for every node. Knows nothing of the program nor of
Alembic.
"""
import re

WORDS = ("head", "heads", "base", "current")
TARGET = re.compile(r"(?:(?P<branch>\w+)@)?(?P<symbol>\w*)(?P<steps>[+-]\d+)?$")


class Refusal(Exception):
    """A command that is an error, with the slug of its code."""

    def __init__(self, slug):
        super().__init__(slug)
        self.slug = slug


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
