"""Whether a scorecard tells the deals that were won from those that were lost: each scored as of its opening day."""
