"""The knowledge base: articles that staff edit, and the search that answers from them, asks back or declines.

Articles come in through ``service.load_articles`` (seed files), ``drafts.publish`` (staff) and ``exchange.apply`` (uploaded
files); what goes out is an answer with article, version and score, each logged. An edit is found within seconds and learned in
the background.
"""
