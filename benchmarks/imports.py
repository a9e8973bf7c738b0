"""The floors of the house: how deep imports go, which point upward, and which close a circle.

    python -m benchmarks.imports [FOLDER]          # by default this one

A room is a package or module directly under sws/. A room's floor is one above the highest room that
it imports; imports inside functions count too. An arrow upward is an import that closes a circle of
rooms, the fewest that would have to go; floors are counted without them.
"""

import itertools
import sys
from collections import Counter
from pathlib import Path

import grimp
import networkx as nx

Arrow = tuple[str, str]


def room_imports(folder: Path) -> tuple["nx.DiGraph[str]", list[list[str]]]:
    """Which room imports which, with the number of imports; and the circles of modules."""
    sys.path.insert(0, str(folder))
    modules = grimp.build_graph("sws", cache_dir=None)
    between: Counter[Arrow] = Counter()
    arrows = [(m, n) for m in modules.modules for n in modules.find_modules_directly_imported_by(m)]
    for importer, imported in arrows:
        ends = tuple(name.split(".")[1] for name in (importer, imported) if "." in name)
        if len(set(ends)) == 2:
            between[ends[0], ends[1]] += 1
    rooms: nx.DiGraph[str] = nx.DiGraph()
    for (one, other), imports in between.items():
        rooms.add_edge(one, other, imports=imports)
    return rooms, _circles(nx.DiGraph(arrows))


def upward(rooms: "nx.DiGraph[str]") -> list[Arrow]:
    """The fewest arrows without which no circle of rooms is left."""
    tangled = [rooms.subgraph(circle) for circle in _circles(rooms)]
    arrows = [arrow for part in tangled for arrow in part.edges]
    for count in range(len(arrows) + 1):
        for some in itertools.combinations(arrows, count):
            if nx.is_directed_acyclic_graph(nx.restricted_view(rooms, [], some)):
                return list(some)
    raise AssertionError("without any arrow there is no circle")


def floors(rooms: "nx.DiGraph[str]") -> list[list[str]]:
    """The rooms of each floor, from the ground up; `rooms` has no circle."""
    floor: dict[str, int] = {}
    for room in reversed(list(nx.topological_sort(rooms))):
        floor[room] = 1 + max((floor[below] for below in rooms.successors(room)), default=-1)
    return [sorted(r for r in floor if floor[r] == n) for n in range(max(floor.values()) + 1)]


def _circles(graph: "nx.DiGraph[str]") -> list[list[str]]:
    return [sorted(part) for part in nx.strongly_connected_components(graph) if len(part) > 1]


def main() -> None:
    """Print the floors from the top down, the arrows upward and the circles."""
    rooms, circles = room_imports(Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve())
    arrows = upward(rooms)
    house = floors(nx.DiGraph(nx.restricted_view(rooms, [], arrows)))
    for number, names in reversed(list(enumerate(house, start=1))):
        print(f"{number:2}  {' '.join(names)}")
    print(f"{len(rooms)} rooms on {len(house)} floors, {rooms.number_of_edges()} arrows")
    print(f"arrows upward: {len(arrows)}", *(f"({one} -> {other})" for one, other in arrows))
    print(f"circles of rooms: {len(_circles(rooms))}, of modules: {len(circles)}")


if __name__ == "__main__":
    main()
