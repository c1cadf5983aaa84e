"""The people who work here: roles and permissions, sign-in, sessions, teams."""
