"""Where the embeddings of the knowledge base are searched."""

from django.core.exceptions import ImproperlyConfigured

from config import env

RAG_VECTOR_BACKEND = env.get("RAG_VECTOR_BACKEND")

if RAG_VECTOR_BACKEND not in {"numpy", "pgvector"}:
    raise ImproperlyConfigured(
        f"RAG_VECTOR_BACKEND: must be numpy or pgvector, got {RAG_VECTOR_BACKEND!r}"
    )
if RAG_VECTOR_BACKEND == "pgvector" and not env.get("DATABASE_URL").startswith("postgres"):
    raise ImproperlyConfigured("RAG_VECTOR_BACKEND: pgvector needs PostgreSQL (DATABASE_URL)")
