"""What became of the mutants: the file that a later run goes on from, the known equivalents, and the summary."""
import collections
import dataclasses
import json
import os

from mutation.mutant import one_line
from mutation.sources import component_of, hash_of_files, hash_of_tree
from mutation.trial import EQUIVALENT, GONE, NOT_BUILT, NOTICED, SURVIVED, Result


class Results:
    """One JSON line for each finished mutant, written at once. A line that was cut off is forgotten."""

    def __init__(self, path, tree, own_only=False, fresh=False):
        self.path = path
        self.tree = tree
        self.tree_hash = hash_of_tree(tree)
        self.own_only = own_only
        self.known = {}
        os.makedirs(os.path.dirname(path), exist_ok=True)
        if fresh or not os.path.isfile(path):
            return
        with open(path, encoding="utf-8") as file:
            for line in file:
                try:
                    entry = json.loads(line)
                    self.known[entry["id"]] = {field: entry[field] for field in ("tree", "own", "witness", "result")}
                except (ValueError, KeyError):
                    continue

    def of(self, mutant):
        """What is still true: of the same tree everything; else that it was noticed, if neither its file nor the folder of the test has changed."""
        entry = self.known.get(mutant.id)
        if not entry:
            return None
        result = Result(**entry["result"])
        with_fewer_tests = entry["own"] and not self.own_only
        with_more_tests = self.own_only and not entry["own"]
        if result.status == NOTICED and result.folder:
            is_true = not with_more_tests and entry["witness"] == self.witness(mutant, result)
        else:
            is_true = not with_fewer_tests and not with_more_tests and entry["tree"] == self.tree_hash
        return result if is_true else None

    def witness(self, mutant, result):
        return hash_of_files(self.tree, sorted({*mutant.files, *files_in(self.tree, result.folder)}))

    def add(self, mutant, result):
        entry = {"id": mutant.id, "place": mutant.place, "kind": mutant.kind, "change": mutant.change, "tree": self.tree_hash,
                 "own": self.own_only, "witness": self.witness(mutant, result), "result": dataclasses.asdict(result)}
        self.known[mutant.id] = entry
        with open(self.path, "a", encoding="utf-8") as file:
            file.write(json.dumps(entry) + "\n")


def files_in(tree, folder):
    """Those beside each other in a folder of the tree; none of no folder."""
    path = os.path.join(tree, folder)
    return [os.path.join(folder, name) for name in os.listdir(path) if os.path.isfile(os.path.join(path, name))] if folder else []


FIELDS = ("file", "function", "kind", "line", "original", "replacement")


class Equivalents:
    """Mutants that change nothing that anybody could see, each with its reason. Matched by what stands there, not by its place."""

    def __init__(self, path):
        self.path = path
        self.reasons = {}
        if not os.path.isfile(path):
            return
        with open(path, encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                if line.strip() and not line.startswith("#"):
                    self.add(line, number)

    def add(self, line, number):
        try:
            entry = json.loads(line)
            if not entry["reason"].strip():
                raise ValueError("a reason is missing")
            self.reasons[tuple(entry[field] for field in FIELDS)] = entry["reason"]
        except (ValueError, KeyError, AttributeError) as error:
            raise ValueError(f"{self.path}:{number}: not an entry of {', '.join(FIELDS)}, reason: {error}") from error

    def reason(self, mutant):
        return self.reasons.get(mutant.equality())

    def unmatched(self, mutants, is_read):
        """Entries of files that were read whose line is no longer there."""
        there = {mutant.equality() for mutant in mutants}
        return [key for key in self.reasons if key not in there and is_read(key[0])]


def entry_for(mutant, reason):
    return json.dumps(dict(zip(FIELDS, mutant.equality())) | {"reason": reason}, ensure_ascii=False)


def tell(mutant, result):
    by = f" by {result.by}{' (hung)' if result.hung else ''}" if result.by else ""
    said = f": {one_line(result.said, 100)}" if result.said else ""
    return f"{result.status:13} {mutant.id}  {mutant.place}  {mutant.kind}: {mutant.change}{by}{said}  ({result.seconds:.0f} s)"


def share(pairs):
    """Of those that are not equivalent and could be tried: how many were noticed, and of how many."""
    counts = collections.Counter(result.status for _, result in pairs)
    return counts[NOTICED], counts[NOTICED] + counts[SURVIVED]


def percent(part, whole):
    return f"{100 * part / whole:.0f} %" if whole else "-"


def table(rows):
    widths = [max(len(str(row[i])) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        cells = [str(cell).ljust(width) if i == 0 else str(cell).rjust(width) for i, (cell, width) in enumerate(zip(row, widths))]
        yield "  " + "  ".join(cells).rstrip()


def counts_by(pairs, key, title):
    groups = collections.defaultdict(list)
    for mutant, result in pairs:
        groups[key(mutant)].append((mutant, result))
    rows = [(title, "noticed", "survived", "share", "equivalent", "did not build")]
    for name in sorted(groups):
        counts = collections.Counter(result.status for _, result in groups[name])
        rows.append((name, counts[NOTICED], counts[SURVIVED], percent(*share(groups[name])), counts[EQUIVALENT], counts[NOT_BUILT]))
    return table(rows)


def noticed_by(pairs):
    counts = collections.Counter(result.by.split(": ")[0].split(".")[0] for _, result in pairs if result.status == NOTICED)
    return table([("noticed by", "mutants")] + counts.most_common())


def summary(pairs, equivalents):
    """The lines at the end of a run."""
    yield from counts_by(pairs, lambda mutant: component_of(mutant.file), "component")
    yield ""
    yield from counts_by(pairs, lambda mutant: mutant.kind, "kind")
    yield ""
    yield from noticed_by(pairs)
    for mutant, result in pairs:
        if result.status == EQUIVALENT:
            yield f"equivalent  {mutant.place}  {mutant.change}: {equivalents.reason(mutant)}"
    gone = [mutant for mutant, result in pairs if result.status == GONE]
    yield from (f"gone        {mutant.place}  {mutant.change}: the change does not fit what is there" for mutant in gone)
    for mutant, result in pairs:
        if result.status == SURVIVED:
            yield f"SURVIVED    {mutant.place}  in {mutant.function or 'a patch'}  {mutant.kind}: {mutant.change}"
            late = f"; {result.left} more were left when the time was up" if result.left else ""
            yield f"            {result.tests} tests passed{late}; again: ci/mutants --only {mutant.id}"
    noticed, tried = share(pairs)
    yield f"mutants: {noticed} of {tried} noticed ({percent(noticed, tried)})"
