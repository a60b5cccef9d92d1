"""``manage.py rt_check``: many clients, faults, and a check of what each client got.

It speaks the public protocol only (docs/protocol.md), so it can be aimed at any installation::

    command -> run.Check: clients join, load and faults, everyone reaches the head, verdict
        clients     sockets that keep a history each, and come back as the protocol says
        publisher   real changes through POST /api/events, and what became of each
        faults      what is done to clients, and commands that are done to servers
        histories   what one client got           } pure: no network, no clock,
        checker     histories against the log     } no Django
        report      progress, summary, the history of a client that failed
"""
