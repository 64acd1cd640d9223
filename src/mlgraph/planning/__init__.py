"""From what a learner knows to what a goal needs."""
