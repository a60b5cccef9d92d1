"""One question to the endpoint, within a deadline: the only file that knows the SDK.

Imports what the extra ``llm`` installs.
"""

import asyncio
import time
from typing import Any

import httpx2
import openai

from recommendations.generation.drafts import Fallback

from .endpoint import Endpoint, Question, Reply
from .reasons import Reason
from .transport import Transport

CONNECT_SECONDS, READ_SECONDS = 3.0, 20.0
MAX_RETRIES = 2
_REASONS = {401: Reason.UNAUTHORIZED, 403: Reason.UNAUTHORIZED, 429: Reason.RATE_LIMITED}
_PROBLEMS = {"length": Reason.TRUNCATED, "content_filter": Reason.REFUSED}


def ask(endpoint: Endpoint, question: Question, *, seconds: float) -> Reply:
    """Return the endpoint's reply.

    Asynchronous inside, because only a cancelled task ends on time whatever it waits for: a retry,
    or an answer that comes byte by byte.

    Raises:
        Fallback: there is none, after retries, within ``seconds``.
    """
    # Not asyncio.run(): at the end that waits for a look-up of a host name that hangs.
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(_ask(endpoint, question, seconds))
    except openai.APIStatusError as error:
        raise Fallback(_reason(error)) from error
    except (TimeoutError, openai.APITimeoutError) as error:
        raise Fallback(Reason.TIMEOUT) from error
    except openai.APIConnectionError as error:
        raise Fallback(Reason.CONNECTION_FAILED) from error
    except (openai.OpenAIError, ValueError, httpx2.HTTPError) as error:
        raise Fallback(Reason.INVALID_OUTPUT) from error
    finally:
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()


async def _ask(endpoint: Endpoint, question: Question, seconds: float) -> Reply:
    transport = Transport(api_key=endpoint.api_key, deadline=time.monotonic() + seconds)
    # With a transport of its own a client asks no proxy that the environment names.
    http = httpx2.AsyncClient(transport=transport, follow_redirects=False)
    client: Any = openai.AsyncOpenAI(
        base_url=endpoint.base_url,
        api_key=endpoint.api_key or "none",  # the SDK wants one; the transport sends ours
        timeout=httpx2.Timeout(READ_SECONDS, connect=CONNECT_SECONDS),
        max_retries=MAX_RETRIES,
        http_client=http,
    )
    async with asyncio.timeout(seconds), client:
        completion = await client.chat.completions.create(
            model=endpoint.model,
            messages=question.messages,
            response_format=question.response_format,
            max_completion_tokens=endpoint.max_output_tokens,
        )
    return _reply(completion)


def _reply(completion: Any) -> Reply:
    """Read an answer that nobody validated: the SDK takes what it gets."""
    try:
        choice = completion.choices[0]
        text, refusal = choice.message.content, choice.message.refusal
    except (AttributeError, IndexError, TypeError) as error:
        raise Fallback(Reason.INVALID_OUTPUT) from error
    problem = Reason.REFUSED if refusal else _PROBLEMS.get(str(choice.finish_reason))
    return Reply(text if isinstance(text, str) else "", _tokens(completion), problem)


def _tokens(completion: Any) -> int | None:
    total = getattr(getattr(completion, "usage", None), "total_tokens", None)
    return total if type(total) is int and total > 0 else None


def _reason(error: openai.APIStatusError) -> Reason:
    if error.code == "content_filter":
        return Reason.REFUSED
    fault = Reason.SERVER_ERROR if error.status_code >= 500 else Reason.BAD_REQUEST
    return _REASONS.get(error.status_code, fault)
