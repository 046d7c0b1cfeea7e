"""Commercial outcomes by tier (M1–M3): one pass of SQL, additive tallies, findings in sentences."""

from reviews.measure.reading import insights
from reviews.measure.result import Insights, Row
from reviews.measure.scope import Scope

__all__ = ["Insights", "Row", "Scope", "insights"]
