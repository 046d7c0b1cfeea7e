class EmbeddedError(Exception):
    """The embedded servers cannot do what was asked; the message is one sentence for people."""
