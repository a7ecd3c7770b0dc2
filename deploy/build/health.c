/*
 * The container's health check: asks the admin port for /admin/ping; exit 0 when the answer is pong, else 1 with one line
 * that says why. The same as `fairlead health`, without starting a JVM every few seconds (docs/decisions/0020).
 *
 * Two processes may share the admin port during an upgrade: the request says by its container's namespace of processes, and
 * by when the first of them started, which one is meant (docs/decisions/0024).
 *
 * FAIRLEAD_ADMIN: HOST:PORT or PORT of the admin server, 127.0.0.1:9990 when unset; HOST is an IPv4 address or localhost.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#define DEFAULT_ADMIN "127.0.0.1:9990"
#define LIMIT_SECONDS 2

#define REQUEST "GET /admin/ping%s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
#define STARTED_AT 19 /* the 22nd field of /proc/PID/stat, counted from behind the name */

/* Writes the query that says who is meant; nothing where the system does not tell. */
static void mark(char *query, size_t size) {
  char link[64], stat[1024];
  query[0] = '\0';
  ssize_t length = readlink("/proc/self/ns/pid", link, sizeof link - 1);
  FILE *file = fopen("/proc/1/stat", "re");
  size_t read = file == NULL ? 0 : fread(stat, 1, sizeof stat - 1, file);
  if (file != NULL) fclose(file);
  if (length < 0) return;
  link[length] = '\0';
  stat[read] = '\0';
  const char *number = strchr(link, '['); /* pid:[4026531836] */
  const char *field = strrchr(stat, ')');
  for (int i = 0; field != NULL && i <= STARTED_AT; i++) field = strchr(field + 1, ' ');
  if (number == NULL || field == NULL) return;
  snprintf(query, size, "?namespace=%llu&started=%llu", strtoull(number + 1, NULL, 10), strtoull(field + 1, NULL, 10));
}

static int unhealthy(const char *admin, const char *why) {
  fprintf(stderr, "health: %s: %s\n", admin, why);
  return 1;
}

/* Returns 0 when `admin` is no address. */
static int parse(const char *admin, struct sockaddr_in *address) {
  char host[16] = "127.0.0.1";
  const char *colon = strrchr(admin, ':');
  const char *digits = colon == NULL ? admin : colon + 1;
  size_t length = colon == NULL ? 0 : (size_t)(colon - admin);
  if (length >= sizeof host) return 0;
  if (length > 0 && strncmp(admin, "localhost:", length + 1) != 0) {
    memcpy(host, admin, length);
    host[length] = '\0';
  }
  char *end;
  long port = strtol(digits, &end, 10);
  if (*digits < '0' || *digits > '9' || *end != '\0' || port < 1 || port > 65535) return 0;
  address->sin_family = AF_INET;
  address->sin_port = htons((unsigned short)port);
  if (inet_pton(AF_INET, host, &address->sin_addr) != 1) return 0;
  /* A listener on every address is asked on this host's own. */
  if (address->sin_addr.s_addr == htonl(INADDR_ANY)) address->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return 1;
}

/* Returns the number of bytes of the whole answer in `answer`, cut at `size`, or -1 with errno. */
static ssize_t ask(const struct sockaddr_in *address, char *answer, size_t size) {
  struct timeval limit = {.tv_sec = LIMIT_SECONDS};
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit); /* bounds connect as well */
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  if (connect(fd, (const struct sockaddr *)address, sizeof *address) != 0) return -1;
  char query[96], request[256];
  mark(query, sizeof query);
  int all = snprintf(request, sizeof request, REQUEST, query);
  if (send(fd, request, (size_t)all, MSG_NOSIGNAL) != all) return -1;
  size_t length = 0;
  while (length < size) {
    ssize_t got = recv(fd, answer + length, size - length, 0);
    if (got < 0) return -1;
    if (got == 0) break;
    length += (size_t)got;
  }
  return (ssize_t)length;
}

static int starts(const char *text, const char *start) { return strncmp(text, start, strlen(start)) == 0; }

static int ends(const char *text, size_t length, const char *end) {
  return length >= strlen(end) && strcmp(text + length - strlen(end), end) == 0;
}

int main(void) {
  const char *admin = getenv("FAIRLEAD_ADMIN");
  if (admin == NULL || *admin == '\0') admin = DEFAULT_ADMIN;
  struct sockaddr_in address = {0};
  if (!parse(admin, &address)) return unhealthy(admin, "not an address; set FAIRLEAD_ADMIN to host:port, as in " DEFAULT_ADMIN);

  alarm(2 * LIMIT_SECONDS); /* for an answer that comes drop by drop */
  char answer[4096];
  ssize_t length = ask(&address, answer, sizeof answer - 1);
  if (length < 0) {
    int timed_out = errno == EAGAIN || errno == EWOULDBLOCK || errno == EINPROGRESS;
    return unhealthy(admin, timed_out ? "no answer in time" : strerror(errno));
  }
  answer[length] = '\0';
  if (starts(answer, "HTTP/1.1 200 ") && ends(answer, (size_t)length, "\r\n\r\npong")) return 0;
  answer[strcspn(answer, "\r\n")] = '\0';
  return unhealthy(admin, *answer == '\0' ? "closed" : answer);
}
