"""The scorecard as set-based SQL: points over a range of account ids, then weighing into a partition of the run."""
