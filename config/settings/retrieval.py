"""Where the embeddings of the knowledge base are searched."""

from django.core.exceptions import ImproperlyConfigured

from config import env

RAG_VECTOR_BACKEND = env.one_of("RAG_VECTOR_BACKEND", "numpy", "pgvector")

if RAG_VECTOR_BACKEND == "pgvector" and not env.get("DATABASE_URL").startswith("postgres"):
    raise ImproperlyConfigured("RAG_VECTOR_BACKEND: pgvector needs PostgreSQL (DATABASE_URL)")
