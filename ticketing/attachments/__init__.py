"""Files customers send as evidence: checked, made harmless, encrypted, and shown to those who work on the case.

Kept in the database: they commit with the rows that name them, are in the same backup, and both sides of a blue-green
change see them. Pictures are drawn anew, so nothing but the picture is kept of them.
"""
