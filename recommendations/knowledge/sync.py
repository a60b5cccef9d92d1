"""Bring the tables in line with the playbook files."""

from dataclasses import dataclass, field

from django.db import transaction

from recommendations.models import Passage, Playbook

from .playbook import PlaybookFile


@dataclass(slots=True)
class Changes:
    """The ids of the playbooks, by what happened to them."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)


@transaction.atomic
def sync(files: list[PlaybookFile]) -> Changes:
    """Store the files that are new or differ by hash, remove what has no file any more.

    Running it again changes nothing. Recommendations keep their own copy of what they cite.
    """
    stored = {p.slug: p for p in Playbook.objects.select_for_update().order_by("pk")}
    changes = Changes(removed=sorted(stored.keys() - {file.front.id for file in files}))
    Playbook.objects.filter(slug__in=changes.removed).delete()
    for file in files:
        playbook = stored.get(file.front.id)
        if playbook is None:
            changes.added.append(file.front.id)
        elif playbook.content_hash != file.content_hash:
            changes.changed.append(file.front.id)
        else:
            changes.unchanged.append(file.front.id)
            continue
        _store(file)
    return changes


def _store(file: PlaybookFile) -> None:
    playbook, _ = Playbook.objects.update_or_create(
        slug=file.front.id,
        defaults={
            "title": file.front.title,
            "edition": file.front.version,
            "front_matter": file.front.model_dump(mode="json"),
            "content_hash": file.content_hash,
        },
    )
    playbook.passages.all().delete()
    Passage.objects.bulk_create(
        Passage(playbook=playbook, position=position, heading=section.heading, text=section.text)
        for position, section in enumerate(file.sections)
    )
