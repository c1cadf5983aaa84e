"""Conversations and their transcripts; who owns one decides who may speak in it."""
