"""Values for SQL that is put together: each becomes a named parameter, nothing is pasted into the text."""

from typing import Any


class Binder:
    """Collects parameters; `bind(value)` gives the placeholder to write."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}

    def bind(self, value: Any, cast: str = "") -> str:
        name = f"p{len(self.values)}"
        self.values[name] = value
        return f"%({name})s::{cast}" if cast else f"%({name})s"

    def integers(self, values: "tuple[int, ...] | list[int]") -> str:
        return self.bind(list(values), "int[]")

    def texts(self, values: "tuple[str, ...] | list[str]") -> str:
        return self.bind(list(values), "text[]")
