def ensure_running() -> None:
    raise NotImplementedError
