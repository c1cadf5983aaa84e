"""What the assistant could not serve, gathered by meaning, and what people decide to teach it.

In: the log of answers, transcripts, agents' corrections; all masked before it was stored. Out: askings of articles, utterances
for the next training, and the trial of a newly trained assistant on a share of the conversations.
"""
