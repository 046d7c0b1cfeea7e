"""What the review side does; keyword-only, one transaction each."""
