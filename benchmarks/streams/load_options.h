/* The command line of load.c, where every option is described. */
#pragma once
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_SOCKETS = 50000, MAX_SECONDS = 600 };

static struct {
    const char *host, *path, *progress;
    char headers[4096];
    int port, sockets, handshakes, connect_rate, connect_seconds, stalled, stalled_buffer, seconds;
    long since, since_spread;
    unsigned long long until;
    bool is_session;
} options = {
    .host = "127.0.0.1", .path = "/", .handshakes = 64, .connect_seconds = 60,
    .stalled_buffer = 8192, .seconds = 60, .since = -1, .since_spread = 1,
};

static int add_header(const char *name, const char *value) {
    size_t used = strlen(options.headers);
    int size = snprintf(options.headers + used, sizeof options.headers - used, "%s%s\r\n", name, value);
    return size < 0 || (size_t)size >= sizeof options.headers - used;
}

static int set_option(int which, const char *value) {
    switch (which) {
        case 'H': options.host = value; return 0;
        case 'p': options.port = atoi(value); return 0;
        case 'u': options.path = value; return 0;
        case 'a': return add_header("", value);
        case 's': options.is_session = !strcmp(value, "emberwatch.v1");
                  return add_header("Sec-WebSocket-Protocol: ", value);
        case 'n': options.sockets = atoi(value); return 0;
        case 'S': options.since = atol(value); return options.since < 0;
        case 'K': options.since_spread = atol(value); return options.since_spread < 1;
        case 'h': options.handshakes = atoi(value); return options.handshakes < 1;
        case 'r': options.connect_rate = atoi(value); return options.connect_rate < 0;
        case 'c': options.connect_seconds = atoi(value); return 0;
        case 'k': options.stalled = atoi(value); return options.stalled < 0;
        case 'b': options.stalled_buffer = atoi(value); return 0;
        case 'U': options.until = strtoull(value, NULL, 10); return 0;
        case 't': options.seconds = atoi(value); return 0;
        case 'P': options.progress = value; return 0;
        default: return 1;
    }
}

static int read_options(int argc, char **argv) {
    static const struct option known[] = {
        {"host", 1, 0, 'H'}, {"port", 1, 0, 'p'}, {"path", 1, 0, 'u'}, {"header", 1, 0, 'a'},
        {"subprotocol", 1, 0, 's'}, {"sockets", 1, 0, 'n'}, {"since", 1, 0, 'S'},
        {"since-spread", 1, 0, 'K'}, {"handshakes", 1, 0, 'h'}, {"connect-rate", 1, 0, 'r'},
        {"connect-seconds", 1, 0, 'c'}, {"stalled", 1, 0, 'k'}, {"stalled-buffer", 1, 0, 'b'},
        {"until", 1, 0, 'U'}, {"seconds", 1, 0, 't'}, {"progress", 1, 0, 'P'}, {0, 0, 0, 0},
    };
    for (int which; (which = getopt_long(argc, argv, "", known, NULL)) != -1;)
        if (set_option(which, optarg)) return 1;
    bool is_possible = options.port > 0 && options.port < 65536 && options.sockets > 0 &&
                       options.sockets <= MAX_SOCKETS && options.stalled <= options.sockets &&
                       options.seconds > 0 && options.seconds <= MAX_SECONDS &&
                       options.connect_seconds > 0 && options.connect_seconds <= MAX_SECONDS;
    return !is_possible;
}
