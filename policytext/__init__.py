"""policytext: what Chinese policy documents promise, and for how long."""

__version__ = "0.1.0"
