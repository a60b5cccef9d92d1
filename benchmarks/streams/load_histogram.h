/* Durations in logarithmic buckets: 128 to each doubling, so every figure is right to 1 %. */
#pragma once
#include <stdint.h>
#include <stdio.h>

enum { FINE_BITS = 7, FINE = 1 << FINE_BITS, BUCKETS = (64 - FINE_BITS + 1) * FINE };

typedef struct {
    uint64_t number, highest;
    uint64_t buckets[BUCKETS];
} Histogram;

static inline int bucket_of(uint64_t ns) {
    if (ns < FINE) return (int)ns;
    int shift = 63 - __builtin_clzll(ns) - FINE_BITS;
    return (shift + 1) * FINE + (int)((ns >> shift) - FINE);
}

static inline uint64_t end_of(int bucket) {
    if (bucket < FINE) return (uint64_t)bucket;
    int shift = bucket / FINE - 1;
    return (((uint64_t)(bucket % FINE) + FINE + 1) << shift) - 1;
}

static inline void observe(Histogram *of, uint64_t ns) {
    of->number++;
    of->buckets[bucket_of(ns)]++;
    if (ns > of->highest) of->highest = ns;
}

static double percentile_ms(const Histogram *of, double share) {
    uint64_t wanted = (uint64_t)(share * (double)of->number), seen = 0;
    for (int i = 0; i < BUCKETS; i++) {
        seen += of->buckets[i];
        if (seen > wanted) return (double)(end_of(i) < of->highest ? end_of(i) : of->highest) / 1e6;
    }
    return (double)of->highest / 1e6;
}

static void print_histogram(const char *name, const Histogram *of) {
    printf("\"%s\":{\"count\":%llu,\"p50\":%.3f,\"p90\":%.3f,\"p99\":%.3f,\"max\":%.3f}", name,
           (unsigned long long)of->number, percentile_ms(of, 0.5), percentile_ms(of, 0.9),
           percentile_ms(of, 0.99), (double)of->highest / 1e6);
}
