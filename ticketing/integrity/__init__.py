"""The proof that promises are kept: the auditor's hourly runs, and the daily statement over the book of promises.

It only reads what others wrote; its own rows are runs, findings and statements. In: the worker, the pages, the command
``python -m ticketing audit``. Out: alarms through the outbox.
"""
