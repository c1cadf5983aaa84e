"""The action server of Kesu: one file per skill, and the one HTTP client for the ticketing API.

In: a tracker from Rasa. Out: replies, the slots `memory` and `task_open`. Skills talk to the backend through `api.py`
only and never see its database; Rasa never sees the backend.
"""
