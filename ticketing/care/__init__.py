"""Looking after customers: care messages, the churn hint, judging segment and stage anew, and what staff may do to a profile."""
