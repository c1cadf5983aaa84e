"""How likely a promise is to be broken, before it is: a calibrated chance beside the hard due time.

`rules.chance` is pure: what is known of a promise now goes in, a probability and its reasons come out. Its coefficients are in
`model.json`, written by ``python -m ticketing.prediction calibrate`` from simulated desks (`simulation`). `service.refresh`
keeps the chance on the ticket's row for the queue. May read tickets and verdicts; decides nothing.
"""
