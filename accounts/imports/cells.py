"""A cell as text: what counts as blank, how it is tidied, how it is quoted back to people. Pure."""

BLANKS = frozenset({"", "-", "--", "–", "—", "n/a", "na", "n.a.", "null", "none", "nan", "nil", "#n/a", "unknown", "?"})
FORMULA = frozenset("=+-@")


class BadValue(ValueError):
    """A cell that cannot be what its column says; `str` is the reason without the column's name."""


def blank(cell: str) -> bool:
    return cell.strip().lower() in BLANKS


def clean(cell: str) -> str:
    """Text as we keep it: without control letters, spaces at the ends and doubled inside lines.

    The apostrophe that exports put before `=`, `+`, `-` and `@` goes.
    """
    text = cell.strip()
    if text[:1] == "'" and text[1:2] in FORMULA and len(text) > 1:
        text = text[1:]
    if text.isprintable() and "  " not in text:
        return text
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def short(cell: str) -> str:
    text = clean(cell)
    return f"“{text[:60]}…”" if len(text) > 60 else f"“{text}”"
