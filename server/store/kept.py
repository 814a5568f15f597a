"""What takes long to work out, kept in memory by all that it is made of (ADR 0040)."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Generic, TypeVar

V = TypeVar("V")


@dataclass(eq=False)
class _Place(Generic[V]):
    """Where one value stands; whoever makes or takes it has the turn, and is counted."""

    turn: threading.Lock = field(default_factory=threading.Lock)
    value: V | None = None
    users: int = 0


class Kept(Generic[V]):
    """Values by their keys; of more than ``most`` those that were not asked for longest go.

    One thread works a value out; who asks for the same one meanwhile waits for it, and nobody who
    asks for another. What somebody works on never goes. A key holds everything its value depends
    on, so that what is found is true whoever made it. None is no value: it is not kept.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self._places: OrderedDict[Hashable, _Place[V]] = OrderedDict()
        self._guard = threading.Lock()

    def of(self, key: Hashable, make: Callable[[], V]) -> V:
        """The value of a key, made if there is none; where that fails, the next one tries."""
        with self._at(key) as place:
            if place.value is None:
                place.value = make()
            return place.value

    def continued(self, key: Hashable, step: Callable[[V | None], V]) -> V:
        """The value of a key, made from the one before: for what grows instead of being made anew.

        One step at a time: none starts before the one before it has ended.
        """
        with self._at(key) as place:
            place.value = step(place.value)
            return place.value

    def __len__(self) -> int:
        return len(self._places)

    @contextmanager
    def _at(self, key: Hashable) -> Iterator[_Place[V]]:
        with self._guard:
            place = self._places.setdefault(key, _Place())
            place.users += 1
            self._places.move_to_end(key)
        try:
            with place.turn:
                yield place
        finally:
            with self._guard:
                place.users -= 1
                self._let_go()

    def _let_go(self) -> None:
        idle = [key for key, place in self._places.items() if not place.users]
        empty = [key for key in idle if self._places[key].value is None]
        over = len(self._places) - len(empty) - self.most
        full = [key for key in idle if self._places[key].value is not None]
        for key in (*empty, *full[: max(over, 0)]):
            del self._places[key]
