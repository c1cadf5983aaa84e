"""The knowledge base: articles that staff edit, and the search that answers from them, asks back or declines.

Articles come in through ``service.load_articles`` (seed files) and ``service.save_article`` (staff); what goes out is an
answer with article, version and score, each logged. Nothing is trained: an edit is found within seconds.
"""
