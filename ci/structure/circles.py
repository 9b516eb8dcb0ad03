"""Circles: in the tables, and between headers."""


def find_circle(edges):
    """The first circle of a graph, node -> nodes, as a list that ends where it begins; empty if there is none."""
    done = set()

    def visit(node, way):
        if node in way:
            return way[way.index(node):] + [node]
        if node in done:
            return []
        for successor in edges.get(node, []):
            circle = visit(successor, way + [node])
            if circle:
                return circle
        done.add(node)
        return []

    for node in edges:
        circle = visit(node, [])
        if circle:
            return circle
    return []


def circle_in_table(name, rows):
    """"." is left out: a layer that uses the public face, and the face's sources that use the layer, are one component; whether
    their headers form a circle is seen from the headers."""
    circle = find_circle({row: [entry for entry in entries if entry != "."] for row, entries in rows.items()})
    return [f"{name}: a circle: {' -> '.join(circle)}"] if circle else []


def circle_of_headers(includes):
    """`includes`: header -> the headers it includes."""
    circle = find_circle(includes)
    return [f"{circle[0]}:1: headers include each other in a circle: {' -> '.join(circle)}"] if circle else []
