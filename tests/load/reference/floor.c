/* The physical floor of a broadcast: one thread, epoll, no JSON, no checks.  Whatever comes on stdin is answered by one
 * text frame of SIZE bytes to every client.  Usage: floor PORT SIZE */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

static const char hello[] =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

int main(int argc, char **argv) {
    static int fds[70000], shaken[70000];
    int clients = 0, one = 1, size = atoi(argv[argc - 1]), listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[1]))};
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(listener, (void *)&at, sizeof at) || listen(listener, 4096)) { perror("bind"); return 1; }
    char *frame = malloc(size + 4), buffer[65536];
    frame[0] = (char)0x81; frame[1] = 126; frame[2] = size >> 8; frame[3] = size & 255;
    memset(frame + 4, 'x', size);
    int poller = epoll_create1(0);
    struct epoll_event e = {.events = EPOLLIN, .data.fd = listener}, events[512];
    epoll_ctl(poller, EPOLL_CTL_ADD, listener, &e);
    e.data.fd = 0;
    epoll_ctl(poller, EPOLL_CTL_ADD, 0, &e);
    printf("{\"ready\":true}\n");
    fflush(stdout);
    for (;;) {
        int n = epoll_wait(poller, events, 512, -1);
        for (int i = 0; i < n; i++) {
            int fd = events[i].data.fd;
            if (fd == 0) {
                if (read(0, buffer, sizeof buffer) <= 0) return 0;
                for (int k = 0; k < clients; k++) send(fds[k], frame, size + 4, MSG_NOSIGNAL);
                continue;
            }
            if (fd == listener) {
                while ((fd = accept4(listener, 0, 0, SOCK_NONBLOCK)) >= 0) {
                    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
                    e.data.fd = fd;
                    shaken[fd] = 0;
                    epoll_ctl(poller, EPOLL_CTL_ADD, fd, &e);
                }
                continue;
            }
            ssize_t got = recv(fd, buffer, sizeof buffer, 0);
            if (got <= 0) { close(fd); for (int k = 0; k < clients; k++) if (fds[k] == fd) { fds[k] = fds[--clients]; break; } continue; }
            if (!shaken[fd]) { shaken[fd] = 1; fds[clients++] = fd; send(fd, hello, sizeof hello - 1, MSG_NOSIGNAL); continue; }
        }
    }
}
