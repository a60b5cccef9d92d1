/* The JSON objects that are printed. */
#pragma once
#include <stdio.h>
#include <sys/resource.h>

#include "load_state.h"

static void print_counts(const char *name, const uint32_t *counts, int size) {
    printf("\"%s\":{", name);
    for (int i = 0, more = 0; i < size; i++)
        if (counts[i]) printf("%s\"%d\":%u", more++ ? "," : "", i, counts[i]);
    printf("}");
}

static void print_range(const char *name, uint64_t least, uint64_t most) {
    printf("\"%s\":[%llu,%llu],", name, (unsigned long long)(least == UINT64_MAX ? 0 : least),
           (unsigned long long)most);
}

static void print_positions(void) {
    uint64_t first[2] = {UINT64_MAX, 0}, last[2] = {UINT64_MAX, 0}, incomplete = 0;
    for (int i = 0; i < options.sockets; i++) {
        Position *at = &clients[i].at;
        if (clients[i].state != OPEN || clients[i].is_stalled) continue;
        if (at->first < first[0]) first[0] = at->first;
        if (at->first > first[1]) first[1] = at->first;
        if (at->last < last[0]) last[0] = at->last;
        if (at->last > last[1]) last[1] = at->last;
    }
    uint64_t goal = options.until ? options.until : last[1];
    for (int i = 0; i < options.sockets; i++)
        incomplete += !clients[i].is_stalled && clients[i].at.last < goal;
    print_range("first_seq", first[0], first[1]);
    print_range("last_seq", last[0], last[1]);
    printf("\"incomplete\":%llu,", (unsigned long long)incomplete);
}

static void report(void) {
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    double cpu = (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
                 (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
    const struct { const char *name; uint64_t value; } numbers[] = {
        {"sockets", (uint64_t)options.sockets}, {"stalled", (uint64_t)options.stalled},
        {"frames", frames}, {"other_frames", other_frames}, {"bad_frames", bad_frames},
        {"events", check.events}, {"bytes", bytes}, {"gaps", check.gaps},
        {"missing", check.missing}, {"repeated", check.repeated}, {"reordered", check.reordered},
    };
    printf("{");
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        printf("\"%s\":%llu,", numbers[i].name, (unsigned long long)numbers[i].value);
    printf("\"seconds\":%.4f,", (double)(check.newest_ns - check.first_ns) / 1e9);
    print_positions();
    print_counts("closed", closed, MAX_CLOSE);
    printf(",");
    print_histogram("latency_ms", &check.latency);
    printf(",");
    print_histogram("last_ms", &check.last_latency);
    printf(",\"cpu_seconds\":%.3f}\n", cpu);
}
