"""The ideal customer profile: its rules, who fails them, what the wins have in common, who resembles them."""

from tiering.icp.rules import Line, current_lines, failing, fitting, line_of

__all__ = ["Line", "current_lines", "failing", "fitting", "line_of"]
