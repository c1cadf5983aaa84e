"""The promise engine: work calendars, clocks, deadlines and what happens when they pass.

`rules.clock` is the only place that computes a deadline; it is pure. `service.rearm` writes its answer down as armed
rows, `service.sweep` fires the rows that are due. This domain never imports tickets: it is given events, and the
escalation to run is passed in.
"""
