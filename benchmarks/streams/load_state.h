/* What the load generator knows: its clients, and what they have counted so far. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "load_check.h"
#include "load_histogram.h"
#include "load_options.h"

enum { BUFFER = 4 << 20, MAX_CLOSE = 5000, MAX_STATUS = 600, READY = 512 };
typedef enum { WAITING, CONNECTING, UPGRADING, OPEN, GONE } State;

typedef struct {
    int fd;
    State state;
    bool is_stalled;
    uint64_t began;
    char *rest; /* an incomplete frame or answer */
    size_t rest_size;
    Position at;
} Client;

static Client *clients;
static Check check;
static Histogram handshakes;
static char buffer[BUFFER];
static uint64_t frames, other_frames, bad_frames, bytes, failed;
static uint32_t refused[MAX_STATUS], closed[MAX_CLOSE];
static int poller, started, under_way, connected, still_open;
static volatile uint64_t *progress;
