"""Where the rules differ from Alembic on purpose: EXEMPTIONS, each quoting its rule.

An exemption sees a command in its surroundings with both answers, of which the first is known to be
the rules' own, and says whether the difference is the one that its rule means.
"""
import re

from graph_rules import TARGET, WORDS, Refusal


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
