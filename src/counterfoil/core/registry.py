"""One way to make things pluggable: a named collection that classes join by decorator."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, Protocol, TypeVar


class Keyed(Protocol):
    """What a registry can hold: something with a key of its own."""

    @property
    def key(self) -> str: ...


T = TypeVar("T", bound=Keyed)


class Registry(Generic[T]):
    """Instances by key, in the order of their registration."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._entries: dict[str, T] = {}

    def register(self, cls: type[T]) -> type[T]:
        """Class decorator: make one instance and hold it under its key."""
        self.add(cls())
        return cls

    def add(self, entry: T) -> T:
        if entry.key in self._entries:
            raise ValueError(f"{self.name} already has {entry.key!r}")
        self._entries[entry.key] = entry
        return entry

    def __getitem__(self, key: str) -> T:
        try:
            return self._entries[key]
        except KeyError:
            known = ", ".join(self._entries) or "none"
            raise KeyError(f"no {self.name} {key!r}; known: {known}") from None

    def get(self, key: str) -> T | None:
        return self._entries.get(key)

    def __contains__(self, key: object) -> bool:
        return key in self._entries

    def __iter__(self) -> Iterator[T]:
        return iter(self._entries.values())

    def __len__(self) -> int:
        return len(self._entries)
