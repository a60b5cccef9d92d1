"""Why a check cannot be carried out, or what ends it."""


class CheckError(Exception):
    """One line for the terminal; ``code`` is the exit code: 1 for a fault found, else 2."""

    def __init__(self, text: str, code: int = 2) -> None:
        super().__init__(text)
        self.code = code
