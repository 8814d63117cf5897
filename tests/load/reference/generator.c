/* A load generator for loopback: many websocket clients in one thread, playing frames that were made beforehand.
 *
 *   generator PORT PATH SUBPROTOCOL CLIENTS FRAMES
 *
 * FRAMES holds, client by client, a count and then each frame as a 32-bit length and its bytes (already masked).
 * Commands come on stdin, one a line; each is answered with one line of JSON:
 *   play K           every client sends its frame K; waits for one answer each
 *   rate K R         the same, R clients a second
 *   hear             waits until every client has got one pushed frame after this line, and says how long that took
 * An answer is a text frame that holds "recorded", "welcome" or "refused"; everything else is a push.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { BUFFER = 1 << 16, EVENTS = 1024, CLIENT_BUFFER = 32768 };

typedef struct {
    int fd, upgraded, waiting, heard;
    uint32_t frames;
    const char **frame;
    uint32_t *length;
    char *held;
    size_t holding;
    double sent;
} client_t;

static client_t *clients;
static int count, poller, upgraded, waiting, hearing, refused, broken;
static double *latency, first_heard, last_heard;
static int latencies;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void lose(client_t *c) {
    if (c->fd < 0) return;
    close(c->fd);
    c->fd = -1;
    broken++;
    if (c->waiting) waiting--;
    if (!c->heard && hearing > 0) hearing--;
}

static void took_frame(client_t *c, int opcode, const char *text, size_t length) {
    if (opcode == 8) { lose(c); return; }
    if (opcode == 9) { /* ping: an empty masked pong */
        static const char pong[6] = {(char)0x8a, (char)0x80, 0, 0, 0, 0};
        if (send(c->fd, pong, sizeof pong, MSG_NOSIGNAL) < 0) lose(c);
        return;
    }
    size_t look = length < 40 ? length : 40;
    int answer = memmem(text, look, "recorded", 8) || memmem(text, look, "welcome", 7);
    int no = !answer && memmem(text, look, "refused", 7) != NULL;
    if (answer || no) {
        refused += no;
        if (c->waiting) {
            c->waiting = 0;
            waiting--;
            latency[latencies++] = now() - c->sent;
        }
    } else if (hearing > 0 && !c->heard) {
        c->heard = 1;
        hearing--;
        last_heard = now();
        if (first_heard == 0) first_heard = last_heard;
    }
}

static size_t parse(client_t *c, const char *data, size_t have) {
    size_t used = 0;
    if (!c->upgraded) {
        const char *end = memmem(data, have, "\r\n\r\n", 4);
        if (!end) return 0;
        if (have < 12 || memcmp(data + 9, "101", 3)) { lose(c); return have; }
        c->upgraded = 1;
        upgraded++;
        used = end + 4 - data;
    }
    while (c->fd >= 0 && have - used >= 2) {
        const unsigned char *f = (const unsigned char *)data + used;
        size_t length = f[1] & 127, head = 2;
        if (length == 126) { if (have - used < 4) break; length = f[2] << 8 | f[3]; head = 4; }
        else if (length == 127) {
            if (have - used < 10) break;
            length = 0;
            for (int i = 0; i < 8; i++) length = length << 8 | f[2 + i];
            head = 10;
        }
        if (have - used < head + length) break;
        took_frame(c, f[0] & 15, data + used + head, length);
        used += head + length;
    }
    return used;
}

static void readable(client_t *c) {
    static char buffer[BUFFER + CLIENT_BUFFER];
    memcpy(buffer, c->held, c->holding);
    ssize_t got = recv(c->fd, buffer + c->holding, BUFFER, 0);
    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) { lose(c); return; }
    if (got < 0) return;
    size_t have = c->holding + got, used = parse(c, buffer, have);
    c->holding = have - used;
    if (c->holding > CLIENT_BUFFER) { lose(c); return; }
    if (c->holding && !c->held) c->held = malloc(CLIENT_BUFFER);
    if (c->holding) memcpy(c->held, buffer + used, c->holding);
}

static void turn(int milliseconds) {
    static struct epoll_event events[EVENTS];
    int n = epoll_wait(poller, events, EVENTS, milliseconds);
    for (int i = 0; i < n; i++) {
        client_t *c = events[i].data.ptr;
        if (c->fd >= 0) readable(c);
    }
}

static void dial(client_t *c, int number, int port, const char *path, const char *protocol) {
    int one = 1;
    c->fd = socket(AF_INET, SOCK_STREAM, 0);
    if (c->fd < 0) { perror("socket"); exit(2); }
    setsockopt(c->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
    struct sockaddr_in from = {.sin_family = AF_INET}, to = {.sin_family = AF_INET, .sin_port = htons(port)};
    from.sin_addr.s_addr = htonl(0x7f000002 + number % 8);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(c->fd, (void *)&from, sizeof from) || connect(c->fd, (void *)&to, sizeof to)) { perror("connect"); exit(2); }
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    fcntl(c->fd, F_SETFL, O_NONBLOCK);
    struct epoll_event e = {.events = EPOLLIN, .data.ptr = c};
    epoll_ctl(poller, EPOLL_CTL_ADD, c->fd, &e);
    char request[512];
    int size = snprintf(request, sizeof request,
        "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n%s%s%s\r\n",
        path, port, *protocol ? "Sec-WebSocket-Protocol: " : "", protocol, *protocol ? "\r\n" : "");
    if (send(c->fd, request, size, MSG_NOSIGNAL) != size) lose(c);
}

static void play(unsigned k, double rate) {
    double start = now(), stop = start + 120;
    latencies = 0;
    refused = 0;
    for (int i = 0; i < count; i++) {
        client_t *c = clients + i;
        if (c->fd < 0 || k >= c->frames) continue;
        while (rate > 0 && now() < start + i / rate) turn(now() + 0.001 < start + i / rate ? 1 : 0);
        c->waiting = 1;
        c->sent = now();
        waiting++;
        if (send(c->fd, c->frame[k], c->length[k], MSG_NOSIGNAL) != (ssize_t)c->length[k]) lose(c);
        if (i % 32 == 0) turn(0);
    }
    double sent = now() - start;
    while (waiting > 0 && now() < stop) turn(10);
    double wall = now() - start;
    qsort(latency, latencies, sizeof *latency, ascending);
    int n = latencies ? latencies - 1 : 0;
    printf("{\"answered\":%d,\"refused\":%d,\"broken\":%d,\"unanswered\":%d,\"wall\":%.4f,\"sent\":%.4f,\"p50\":%.4f,\"p99\":%.4f}\n",
        latencies, refused, broken, waiting, wall, sent, latency[n / 2], latency[(int)(n * 0.99)]);
}

static void hear(void) {
    hearing = 0;
    first_heard = last_heard = 0;
    for (int i = 0; i < count; i++) { clients[i].heard = clients[i].fd < 0; hearing += clients[i].fd >= 0; }
    printf("{\"hearing\":%d}\n", hearing);
    fflush(stdout);
    double stop = now() + 60;
    while (hearing > 0 && now() < stop) turn(10);
    printf("{\"unheard\":%d,\"spread\":%.5f,\"last\":%.6f}\n", hearing, last_heard - first_heard, last_heard);
}

static void load(const char *name) {
    int fd = open(name, O_RDONLY);
    struct stat s;
    if (fd < 0 || fstat(fd, &s)) { perror(name); exit(2); }
    char *data = malloc(s.st_size), *p = data;
    for (off_t got = 0; got < s.st_size;) { ssize_t r = read(fd, data + got, s.st_size - got); if (r <= 0) exit(2); got += r; }
    close(fd);
    for (int i = 0; i < count; i++) {
        client_t *c = clients + i;
        memcpy(&c->frames, p, 4);
        p += 4;
        c->frame = malloc(c->frames * sizeof *c->frame);
        c->length = malloc(c->frames * sizeof *c->length);
        for (uint32_t k = 0; k < c->frames; k++) {
            memcpy(c->length + k, p, 4);
            c->frame[k] = p + 4;
            p += 4 + c->length[k];
        }
    }
}

int main(int argc, char **argv) {
    if (argc != 6) { fprintf(stderr, "usage: generator PORT PATH SUBPROTOCOL CLIENTS FRAMES\n"); return 2; }
    count = atoi(argv[4]);
    clients = calloc(count, sizeof *clients);
    latency = calloc(count + 1, sizeof *latency);
    poller = epoll_create1(0);
    load(argv[5]);
    double start = now();
    for (int i = 0; i < count; i++) {
        dial(clients + i, i, atoi(argv[1]), argv[2], argv[3]);
        while (i + 1 - upgraded - broken > 256) turn(10);
    }
    while (upgraded + broken < count) turn(10);
    printf("{\"connected\":%d,\"broken\":%d,\"wall\":%.4f}\n", upgraded, broken, now() - start);
    fflush(stdout);
    char line[128];
    fcntl(0, F_SETFL, O_NONBLOCK);
    size_t held = 0;
    for (;;) { /* keep reading sockets between commands, so that nobody is dropped as a slow reader */
        ssize_t got = read(0, line + held, sizeof line - 1 - held);
        if (got == 0) return 0;
        if (got > 0) held += got;
        line[held] = 0;
        char *end = strchr(line, '\n');
        if (!end) { turn(5); continue; }
        unsigned k = 0;
        double rate = 0;
        if (sscanf(line, "play %u", &k) == 1) play(k, 0);
        else if (sscanf(line, "rate %u %lf", &k, &rate) == 2) play(k, rate);
        else if (!strncmp(line, "hear", 4)) hear();
        else printf("{\"unknown\":true}\n");
        fflush(stdout);
        held -= end + 1 - line;
        memmove(line, end + 1, held);
    }
}
