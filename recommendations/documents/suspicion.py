"""Text that looks like orders to a language model: marked for the reviewer, and left out.

A marked sentence is neither offered nor published, so nobody is shown it as a reason. No other
guard rests on that: a document is data wherever it goes, what a model writes has to name passages
and to pass the gate, and people decide.
"""

import re
from itertools import chain

from recommendations.knowledge.text import sentences

# Ordinary manuals say "skip the next step", "implement the recommendations", "use the right tool",
# and a sentence that is marked is lost to them: what stands here is not said of machines.
_SAID = re.compile(
    r"""
      \b(?:ignore|disregard|forget|override)\b.{0,40}
      \b(?:instruction|prompt|rules|direction|guideline|policy|policies|above|previous|everything)
    | \b(?:system|developer|hidden|initial)[ ]?(?:prompt|message|instruction)
    | \b(?:you[ ]are|act[ ]as|pretend[ ]to[ ]be|behave[ ]like|from[ ]now[ ]on)\b.{0,30}
      \b(?:assistant|ai|dan|administrator|admin|developer|jailbroken)\b
    | \bas[ ]an[ ]ai\b | \blanguage[ ]model\b | \bllm\b | \bchatgpt\b
    | \b(?:new|updated|real|following)[ ]instructions?\s*: | (?-i:\bNEW[ ]TASK\b)
    | \b(?:approve|reject)\b.{0,30}\brecommendations?\b
    | \b(?:decide|implement|publish)[ ](?:this|every)\b.{0,20}\brecommendation\b
    | \b(?:set|change|mark)\b.{0,30}\b(?:confidence|feasibility)\b.{0,20}\b(?:to|as)\b
    | \b(?:reveal|print|repeat|output|show|send|exfiltrate)\b.{0,40}
      \b(?:prompt|your[ ]instructions|secrets?|passwords?|tokens?|api[ ]?keys?)\b
    | \b(?:respond|reply|answer|output)\b.{0,20}\b(?:only|exactly|with)\b.{0,20}["'{<]
    | \b(?:print|say|write|answer|reply|output)\b.{0,30}\band[ ]nothing[ ]else\b
    | \b(?:call|invoke)\b.{0,20}\b(?:tool|function|plugin)s?\b
    | \bjailbreak | \bdo[ ]anything[ ]now\b | \bprompt[ ]injection\b | \bdecode[ ]this\b
    | <\|[a-z_]+\|> | \[/?INST\] | <</?SYS>> | ^[ ]{0,3}\#{2,}[ ]*(?:instruction|system|response)
    | (?:^|(?<=[.!?>]\s))(?:system|assistant|user|human)\s*:\s
    | ["']role["']\s*: | ["']recommendations["']\s*:
    | \bonly[ ]correct[ ](?:answer|title|action|recommendation)\b
    | \bignor\w+\b.{0,30}\b(?:anweisung|instruc)\w* | 忽略.{0,12}(?:指示|指令)
    | \bautho?ri[sz]e[ ]you\b | \binto[ ](?:every|each)[ ](?:title|field|action)\b
    | \bcite\b.{0,20}\b(?:p\d+|passages?)\b
    | \bcost\W{0,3}(?:low|medium|high)\W{1,3}feasibility\b
    | \bstatus(?:\W{1,4}|[ ](?:to|as)[ ])(?:approved|implemented|rejected|pending)\b
    | \b(?:decided_by|realised_reduction|predicted_reduction)\b
    | \[[^\[\]]{0,200}\]\(\s*<?(?:[a-z]+:)?//
    | \bdrop[ ]table\b | \bdocument\.cookie\b | <script\b | javascript:
    | \bon(?:error|load)\s*= | \{\{.{0,80}\}\} | \$\{
    """,
    re.VERBOSE | re.IGNORECASE | re.MULTILINE,
)
#: What nobody sees on the page: zero width, direction marks and overrides, tags.
# Bounded on both sides: a word may have 64,000 characters.
_UNSEEN = "\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f"
_HIDES = re.compile(rf"\S{{0,20}}[{_UNSEEN}]\S{{0,20}}")
MAX_FOUND = 5


def suspicious(text: str) -> list[str]:
    """Return the first phrases of a text that look like orders to a model, verbatim."""
    return [text[start:end].strip() for start, end in _places(text)[:MAX_FOUND]]


def without_orders(text: str) -> str:
    """Return a text without the sentences that have a part in what looks like an order."""
    places, kept, end = _places(text), [], 0
    for sentence in sentences(text):
        start = text.index(sentence, end)
        end = start + len(sentence)
        if not any(first < end and start < last for first, last in places):
            kept.append(sentence)
    return " ".join(kept)


def _places(text: str) -> list[tuple[int, int]]:
    """Return where something looks like an order, also to who reads from right to left."""
    length = len(text)
    found = chain(_SAID.finditer(text), _HIDES.finditer(text))
    reversed_ = ((length - m.end(), length - m.start()) for m in _SAID.finditer(text[::-1]))
    return sorted([*(m.span() for m in found), *reversed_])
