"""Makes the small model for commands: dialogues, vocabulary, training, conversion. See ../README.md."""
