/* What every socket must get: the numbers one after another, none missing, none twice.
 *
 * An event is told by its "seq"; "sent_ns" in its row is the publisher's CLOCK_MONOTONIC. */
#pragma once
#define _GNU_SOURCE
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "load_histogram.h"

enum { REMEMBERED = 1 << 20 }; /* events whose receivers are counted at the same time */

typedef struct {
    uint64_t first, last;       /* numbers seen; 0: none yet */
    uint64_t hole_from, hole_to; /* the newest gap: who fills it was late, not repeated */
} Position;

typedef struct {
    uint64_t events, gaps, missing, repeated, reordered;
    uint64_t first_ns, newest_ns; /* when the first and the newest event came */
    uint64_t reached;             /* the newest event that every healthy socket has */
    uint32_t receivers;           /* how many sockets shall have each event: all that were not refused */
    uint32_t *counts;             /* by seq: how many of them have it */
    uint64_t *counted;            /* by seq: whose count it is */
    Histogram latency, last_latency;
} Check;

static void count_receiver(Check *check, uint64_t seq, uint64_t took) {
    uint64_t slot = seq % REMEMBERED;
    if (check->counted[slot] != seq) {
        check->counted[slot] = seq;
        check->counts[slot] = 0;
    }
    if (++check->counts[slot] != check->receivers) return;
    observe(&check->last_latency, took);
    if (seq > check->reached) check->reached = seq;
}

static void out_of_turn(Check *check, Position *at, uint64_t seq) {
    if (seq > at->last) {
        check->gaps++;
        check->missing += seq - at->last - 1;
        at->hole_from = at->last + 1;
        at->hole_to = seq - 1;
        at->last = seq;
    } else if (seq >= at->hole_from && seq <= at->hole_to) {
        check->reordered++;
    } else {
        check->repeated++;
    }
}

static void take_event(Check *check, Position *at, uint64_t seq, uint64_t sent_ns, uint64_t now) {
    check->events++;
    if (!check->first_ns) check->first_ns = now;
    check->newest_ns = now;
    if (!at->first) at->first = seq;
    if (!at->last || seq == at->last + 1) {
        at->last = seq;
    } else {
        out_of_turn(check, at, seq);
        return;
    }
    uint64_t took = sent_ns && now > sent_ns ? now - sent_ns : 0;
    if (sent_ns) observe(&check->latency, took);
    count_receiver(check, seq, took);
}

/* Returns the number after a key, 0 if there is none. */
static uint64_t number_after(const char *key_end, const char *end) {
    while (key_end < end && *key_end == ' ') key_end++;
    uint64_t number = 0;
    for (; key_end < end && *key_end >= '0' && *key_end <= '9'; key_end++)
        number = number * 10 + (uint64_t)(*key_end - '0');
    return number;
}

static uint64_t stamp_in(const char *from, const char *end) {
    static ptrdiff_t usual; /* rows are alike: look where the last one had it */
    static const char key[] = "\"sent_ns\":";
    const size_t size = sizeof key - 1;
    if (end - from > usual + (ptrdiff_t)size && !memcmp(from + usual, key, size))
        return number_after(from + usual + size, end);
    const char *found = memmem(from, (size_t)(end - from), key, size);
    if (!found) return 0;
    usual = found - from;
    return number_after(found + size, end);
}

/* Plain mode: one row, whose own seq is the last one in it. */
static bool take_plain(Check *check, Position *at, const char *text, const char *end, uint64_t now) {
    for (const char *place = end - 6; place >= text; place--) {
        if (*place != '"' || memcmp(place, "\"seq\":", 6)) continue;
        take_event(check, at, number_after(place + 6, end), stamp_in(text, end), now);
        return true;
    }
    return false;
}

static const char *next_item(const char *place, size_t usual, const char *end) {
    static const char key[] = "{\"seq\":";
    bool is_there = usual && (size_t)(end - place) > usual + 7 && !memcmp(place + usual, key, 7);
    if (is_there) return place + usual;
    if (end - place < 8) return NULL;
    return memmem(place + 1, (size_t)(end - place) - 1, key, 7);
}

/* Session mode: {"type":"events","events":[{"seq":1,"event":…,"at":…,"data":{…}},…]} */
static bool take_session(Check *check, Position *at, const char *text, const char *end,
                         uint64_t now) {
    static const char start[] = "{\"type\":\"events\"";
    if ((size_t)(end - text) < sizeof start || memcmp(text, start, sizeof start - 1)) return false;
    size_t usual = 0;
    for (const char *item = next_item(text, sizeof start + 10, end), *next; item; item = next) {
        next = next_item(item, usual, end);
        if (next) usual = (size_t)(next - item);
        const char *stop = next ? next : end;
        take_event(check, at, number_after(item + 7, stop), stamp_in(item, stop), now);
    }
    return true;
}
