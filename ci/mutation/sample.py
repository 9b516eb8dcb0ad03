"""Draws mutants: each component gets a share in proportion to its candidates."""
import hashlib

from mutation.sources import component_of


def drawn(mutants, count, seed):
    """`count` of them, the same for the same seed. An edit elsewhere changes little: the order is that of hashes."""
    if count is None or count >= len(mutants):
        return list(mutants)
    groups = {}
    for mutant in sorted(mutants, key=lambda m: rank(m, seed)):
        groups.setdefault(component_of(mutant.file), []).append(mutant)
    quotas = quotas_of({name: len(group) for name, group in groups.items()}, count)
    chosen = [mutant for name, group in groups.items() for mutant in group[:quotas[name]]]
    return sorted(chosen, key=lambda m: (m.file, m.offset, m.kind, m.replacement))


def rank(mutant, seed):
    return hashlib.sha1(f"{seed} {mutant.id}".encode()).hexdigest()


def quotas_of(sizes, count):
    """By the method of the largest remainder."""
    total = sum(sizes.values())
    exact = {name: count * size / total for name, size in sizes.items()}
    quotas = {name: int(share) for name, share in exact.items()}
    by_remainder = sorted(sizes, key=lambda name: (quotas[name] - exact[name], name))
    for name in by_remainder[:count - sum(quotas.values())]:
        quotas[name] += 1
    return quotas
