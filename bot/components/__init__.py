"""NLU components of the assistant; the pure parts (text, entities, language, decision) know nothing of Rasa."""
