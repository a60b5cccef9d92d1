"""What can be wrong with a file or an upload as a whole, each with a stable code."""

from streams.errors import DomainError


class FileError(DomainError):
    """A file cannot be read, or not further; one sentence, and a code for programs."""

    code = "bad_file"
    status = 400

    def __init__(self, detail: str, code: str = "bad_file") -> None:
        super().__init__(detail)
        self.code = code
