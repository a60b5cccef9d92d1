/* Load generator: N raw WebSocket clients on one thread, which check every number they get.
 *
 *   load --port P --path /ws/hotspots --sockets N [options]
 *
 *   --host H            IPv4 address, default 127.0.0.1
 *   --header "A: b"     a header of the handshake; may be repeated
 *   --subprotocol S     offered; emberwatch.v1 makes it read session frames
 *   --since N           every socket asks for what came after N
 *   --since-spread K    socket i asks for what came after N - i % K
 *   --handshakes H      how many handshakes are under way at once, default 64
 *   --connect-rate R    at most R new sockets a second, default 0: no limit
 *   --connect-seconds T give up connecting after that, default 60
 *   --stalled K         the last K sockets stop reading once they are connected
 *   --stalled-buffer B  their receive buffer in bytes, default 8192
 *   --until SEQ         end when every healthy socket has that event
 *   --seconds T         end so long after the last handshake, default 60, at most 600
 *   --progress FILE     keep the newest event that every healthy socket has (uint64) there
 *
 * It also ends when standard input does, or when no socket is left. It prints two lines of JSON: one when all sockets are
 * connected or refused,
 *   {"connected":n,"refused":{"429":n},"failed":n,"seconds":s,"handshake_ms":{…}}
 * and one at the end:
 *   {"sockets":n,"stalled":n,"frames":n,"other_frames":n,"bad_frames":n,"events":n,"bytes":n,
 *    "seconds":s (first to newest event),"first_seq":[min,max],"last_seq":[min,max],
 *    "gaps":n,"missing":n,"repeated":n,"reordered":n,"incomplete":n (healthy sockets behind the
 *    newest event, or --until),"closed":{"4408":n},"latency_ms":{"count","p50","p90","p99","max"},
 *    "last_ms":{… to the last socket of each event},"cpu_seconds":s}
 * Exit code 0 if it ran, 2 for a bad option or a machine that allows too few sockets. */
#include "load_check.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "load_report.h"

static uint64_t now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void die(const char *sentence) {
    fprintf(stderr, "load: %s\n", sentence);
    exit(2);
}

static void watch(Client *client, uint32_t events, int change) {
    struct epoll_event wanted = {.events = events, .data.ptr = client};
    if (epoll_ctl(poller, change, client->fd, &wanted)) die("epoll_ctl failed");
}

static void drop(Client *client) {
    if (client->state != OPEN) {
        under_way--;
        if (!client->is_stalled) check.receivers--;
    }
    if (client->state == OPEN) still_open--;
    close(client->fd);
    free(client->rest);
    client->rest = NULL;
    client->rest_size = 0;
    client->state = GONE;
}

static void start(Client *client) {
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)options.port)};
    inet_pton(AF_INET, options.host, &to.sin_addr);
    client->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (client->fd < 0) die("no more sockets: raise the limit of open files (ulimit -n)");
    int one = 1;
    setsockopt(client->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (client->is_stalled)
        setsockopt(client->fd, SOL_SOCKET, SO_RCVBUF, &options.stalled_buffer, sizeof(int));
    client->state = CONNECTING;
    client->began = now_ns();
    under_way++;
    if (connect(client->fd, (struct sockaddr *)&to, sizeof to) && errno != EINPROGRESS) {
        failed++;
        drop(client);
        return;
    }
    watch(client, EPOLLOUT, EPOLL_CTL_ADD);
}

static void ask(Client *client) {
    char request[8192], query[64] = "";
    long since = options.since - (client - clients) % options.since_spread;
    if (options.since >= 0)
        snprintf(query, sizeof query, "%csince=%ld", strchr(options.path, '?') ? '&' : '?',
                 since > 0 ? since : 0);
    int size = snprintf(request, sizeof request,
                        "GET %s%s HTTP/1.1\r\nHost: %s:%d\r\nUpgrade: websocket\r\n"
                        "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n%s\r\n",
                        options.path, query, options.host, options.port, options.headers);
    if (send(client->fd, request, (size_t)size, MSG_NOSIGNAL) != size) {
        failed++;
        drop(client);
        return;
    }
    if (options.since >= 0) client->at.last = since > 0 ? (uint64_t)since : 0;
    client->state = UPGRADING;
    watch(client, EPOLLIN, EPOLL_CTL_MOD);
}

/* Returns how much of the answer was used, 0 if it is not complete yet or no upgrade. */
static size_t upgraded(Client *client, const char *answer, size_t size) {
    const char *end = memmem(answer, size, "\r\n\r\n", 4);
    if (!end) return 0;
    int status = size > 12 ? atoi(answer + 9) : 0;
    if (status != 101 || !memmem(answer, size, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", 28)) {
        refused[status > 0 && status < MAX_STATUS ? status : 0]++;
        drop(client);
        return 0;
    }
    client->state = OPEN;
    under_way--;
    connected++;
    still_open++;
    observe(&handshakes, now_ns() - client->began);
    if (client->is_stalled) watch(client, 0, EPOLL_CTL_DEL);
    return (size_t)(end + 4 - answer);
}

static void answer_ping(Client *client, const char *payload, size_t size) {
    char pong[131] = {(char)0x8a, (char)(0x80 | size)}; /* masked with zeros */
    memcpy(pong + 6, payload, size);
    if (send(client->fd, pong, size + 6, MSG_NOSIGNAL) < 0) bad_frames++;
}

static void take_frame(Client *client, int opcode, const char *text, size_t size, uint64_t now) {
    if (opcode == 0x9 && size < 126) {
        answer_ping(client, text, size);
    } else if (opcode == 0x8) {
        unsigned code = size > 1 ? (unsigned)(uint8_t)text[0] << 8 | (uint8_t)text[1] : 1005;
        closed[code < MAX_CLOSE ? code : 0]++;
        drop(client);
    } else if (opcode != 0x1) {
        bad_frames++;
    } else if ((options.is_session ? take_session : take_plain)(&check, &client->at, text,
                                                                text + size, now)) {
        frames++;
    } else {
        other_frames++;
    }
}

/* Returns how many of the bytes were whole frames. */
static size_t take_frames(Client *client, const char *data, size_t size, uint64_t now) {
    size_t used = 0;
    while (client->state == OPEN && size - used >= 2) {
        const uint8_t *head = (const uint8_t *)data + used;
        size_t length = head[1] & 0x7f, start = length < 126 ? 2 : length == 126 ? 4 : 10;
        if (size - used < start) break;
        if (start > 2) length = 0;
        for (size_t i = 2; i < start; i++) length = length << 8 | head[i];
        if (length > BUFFER / 2) die("a frame of more than 2 MiB");
        if (size - used < start + length) break;
        if ((head[0] & 0xf0) != 0x80) bad_frames++;
        take_frame(client, head[0] & 0x0f, data + used + start, length, now);
        used += start + length;
    }
    return used;
}

static void keep(Client *client, const char *rest, size_t size) {
    if (client->state == GONE) return;
    if (size && !(client->rest = realloc(client->rest, size))) die("out of memory");
    memcpy(client->rest ? client->rest : buffer, rest, size);
    client->rest_size = size;
}

static void hear(Client *client) {
    size_t size = client->rest_size, used = 0;
    memcpy(buffer, client->rest ? client->rest : buffer, size);
    ssize_t more = recv(client->fd, buffer + size, BUFFER - size, 0);
    if (more < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (more <= 0) {
        if (client->state == OPEN)
            closed[1006]++;
        else
            failed++;
        drop(client);
        return;
    }
    size += (size_t)more;
    bytes += (uint64_t)more;
    if (client->state == UPGRADING) used = upgraded(client, buffer, size);
    if (client->state == OPEN) used += take_frames(client, buffer + used, size - used, now_ns());
    keep(client, buffer + used, size - used);
}

static void handle(Client *client, uint32_t events) {
    if (client->state == CONNECTING && events & (EPOLLERR | EPOLLHUP)) {
        failed++;
        drop(client);
    } else if (client->state == CONNECTING) {
        ask(client);
    } else if (client->state != GONE) {
        hear(client);
    }
}

/* Returns false when standard input ended. */
static bool turn(int wait_ms) {
    struct epoll_event ready[READY];
    int number = epoll_wait(poller, ready, READY, wait_ms);
    for (int i = 0; i < number; i++) {
        char ignored[256];
        if (ready[i].data.ptr)
            handle(ready[i].data.ptr, ready[i].events);
        else if (read(STDIN_FILENO, ignored, sizeof ignored) <= 0)
            return false;
    }
    if (progress) *progress = check.reached;
    return true;
}

static void connect_all(void) {
    uint64_t began = now_ns(), cap = began + (uint64_t)options.connect_seconds * 1000000000u;
    bool goes_on = true;
    while ((started < options.sockets || under_way) && goes_on && now_ns() < cap) {
        double due = (double)(now_ns() - began) / 1e9 * options.connect_rate + 1;
        while (started < options.sockets && under_way < options.handshakes &&
               (!options.connect_rate || started < due))
            start(&clients[started++]);
        goes_on = turn(options.connect_rate ? 1 : 100);
    }
    printf("{\"connected\":%d,", connected);
    print_counts("refused", refused, MAX_STATUS);
    printf(",\"failed\":%llu,\"seconds\":%.4f,",
           (unsigned long long)failed + (unsigned)(options.sockets - started + under_way),
           (double)(now_ns() - began) / 1e9);
    print_histogram("handshake_ms", &handshakes);
    printf("}\n");
    fflush(stdout);
}

static void prepare(void) {
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    if (files.rlim_cur < (rlim_t)options.sockets + 16)
        die("this machine allows too few open files for so many sockets (ulimit -Hn)");
    clients = calloc((size_t)options.sockets, sizeof *clients);
    check.counts = calloc(REMEMBERED, sizeof *check.counts);
    check.counted = calloc(REMEMBERED, sizeof *check.counted);
    if (!clients || !check.counts || !check.counted) die("out of memory");
    for (int i = options.sockets - options.stalled; i < options.sockets; i++)
        clients[i].is_stalled = true;
    check.receivers = (uint32_t)(options.sockets - options.stalled);
    poller = epoll_create1(0);
    struct epoll_event input = {.events = EPOLLIN};
    epoll_ctl(poller, EPOLL_CTL_ADD, STDIN_FILENO, &input); /* refused for a file: then no end */
    if (!options.progress) return;
    int file = open(options.progress, O_RDWR | O_CREAT, 0600);
    if (file < 0 || ftruncate(file, sizeof *progress)) die("the progress file cannot be written");
    progress = mmap(NULL, sizeof *progress, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (progress == MAP_FAILED) die("the progress file cannot be mapped");
}

int main(int argc, char **argv) {
    if (read_options(argc, argv)) die("unknown or impossible option; load.c's header lists them");
    prepare();
    connect_all();
    uint64_t cap = now_ns() + (uint64_t)options.seconds * 1000000000u;
    while (still_open && now_ns() < cap && (!options.until || check.reached < options.until))
        if (!turn(100)) break;
    report();
    return 0;
}
