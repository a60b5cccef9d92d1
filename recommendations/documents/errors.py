"""Why a document is refused: each reason with a stable code, said in one sentence."""

from streams.errors import DomainError


class DocumentError(DomainError):
    """A file cannot become a playbook, or a document not what was asked for."""

    code = "bad_document"
    status = 400

    def __init__(self, detail: str, code: str = "bad_document") -> None:
        super().__init__(detail)
        self.code = code


class TooManyDocumentsError(DomainError):
    """As many documents are kept as may be."""

    code = "too_many_documents"


class DuplicateDocumentError(DomainError):
    """The same bytes were uploaded before."""

    code = "duplicate"


class SlugTakenError(DomainError):
    """Another playbook has this slug."""

    code = "slug_taken"


class StalePreviewError(DomainError):
    """The preview was made with another corpus, or with another review."""

    code = "stale_preview"
