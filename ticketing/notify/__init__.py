"""Messages to people: what they say in both languages, and the channels that carry them."""
