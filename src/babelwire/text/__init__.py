"""What is done with text alone: language tags and detection, sentences, marked stretches, typography, addresses."""
