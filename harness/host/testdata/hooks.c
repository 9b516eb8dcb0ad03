/* The smallest server: it answers each connection with one line and closes it. The line says which hooks have run so
 * far and what the host told the plugin. Some of its variants die of the first connection instead. */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "harness/abi/target.h"
#include "harness/heap/heap.h"

struct server {
  const heapstorm_host* host;
  void (*die)(void); /* null: does not */
  atomic_int starts;
  atomic_int stops;
};

struct worker {
  struct server* server;
  int64_t wait_ms;
  int pipe[2]; /* sockets on their way to the worker; -1: stop */
};

/* No compiler may know what the address is. */
static void write_to(uintptr_t address) {
  volatile uintptr_t unknown = address;
  *(volatile int*)unknown = 1;
}

static void write_near_null(void) {
  write_to(0x18);
}

static void write_wild(void) {
  write_to(0x414141414140);
}

static void write_non_canonical(void) {
  write_to(0x4141414141414140);
}

static void* volatile nothing = NULL;
static volatile int zero = 0;

static void copy_to_null(void) {
  static const char bytes[100];
  static volatile size_t size = sizeof bytes; /* so that it is libc's function that copies */
  memcpy(nothing, bytes, size);
  zero = 0; /* so that the call is no jump */
}

static int call_itself(volatile int* depth) {
  volatile char room[1000];
  room[0] = 1;
  if (++*depth < 0) return 0;
  return call_itself(depth) + room[0];
}

static void exhaust_stack(void) {
  volatile int depth = 0;
  zero = call_itself(&depth);
}

static void call_null(void) {
  void (*volatile function)(void) = NULL;
  function();
  zero = 0;
}

static void divide_by_zero(void) {
  zero = (zero + 7) / zero;
}

static void abort_with_words(void) {
  fputs("hooks.c:1: Assertion `0' failed.\n", stderr);
  abort();
}

static const struct {
  const char* variant;
  void (*die)(void);
} deaths[] = {{"writes_near_null", write_near_null},
              {"writes_wild", write_wild},
              {"writes_non_canonical", write_non_canonical},
              {"copies_to_null", copy_to_null},
              {"exhausts_stack", exhaust_stack},
              {"calls_null", call_null},
              {"divides_by_zero", divide_by_zero},
              {"aborts", abort_with_words}};

static _Thread_local int starts_of_thread = 0;
static _Thread_local int stops_of_thread = 0;

static void* create(const heapstorm_host* host, const char* variant) {
  struct server* server = calloc(1, sizeof *server);
  server->host = host;
  for (size_t i = 0; i < sizeof deaths / sizeof deaths[0]; ++i)
    if (strcmp(variant, deaths[i].variant) == 0) server->die = deaths[i].die;
  if (strcmp(variant, "asks_wrongly") == 0) host->parameter(host, "undeclared");
  return server;
}

static void destroy(void* server) {
  struct server* ended = server;
  printf("starts=%d stops=%d\n", ended->starts, ended->stops);
  free(server);
}

static void* worker_start(void* server, uint32_t index) {
  struct worker* worker = calloc(1, sizeof *worker);
  (void)index;
  worker->server = server;
  worker->wait_ms = worker->server->host->parameter(worker->server->host, "wait_ms");
  if (pipe(worker->pipe) != 0) abort();
  ++worker->server->starts;
  ++starts_of_thread;
  return worker;
}

static void answer(const struct worker* worker, int socket) {
  enum { line_bytes = 200 };
  char name[16] = "";
  heapstorm_context(1, HEAPSTORM_ACTION(HEAPSTORM_ACTION_ACCEPT, 0), 0);
  if (worker->server->die != NULL) worker->server->die();
  char* line = heapstorm_allocate(line_bytes, heapstorm_name("line"));
  if (line == NULL) {
    close(socket);
    return;
  }
  prctl(PR_GET_NAME, name);
  int length = snprintf(line, line_bytes, "%s tid=%ld starts=%d stops=%d of_thread=%d,%d wait_ms=%d\n", name,
                        (long)syscall(SYS_gettid), worker->server->starts, worker->server->stops, starts_of_thread,
                        stops_of_thread, (int)worker->wait_ms);
  if (write(socket, line, (size_t)length) != length) perror("write");
  heapstorm_free(line);
  close(socket);
}

static void worker_run(void* opaque) {
  const struct worker* worker = opaque;
  int socket = -1;
  while (read(worker->pipe[0], &socket, sizeof socket) == sizeof socket && socket >= 0) answer(worker, socket);
}

static void worker_stop(void* opaque) {
  struct worker* worker = opaque;
  ++worker->server->stops;
  if (++stops_of_thread != 1 || starts_of_thread != 1) abort();
  close(worker->pipe[0]);
  close(worker->pipe[1]);
  free(worker);
}

static void deliver(void* opaque, int socket, uint32_t connection) {
  const struct worker* worker = opaque;
  (void)connection;
  if (write(worker->pipe[1], &socket, sizeof socket) != sizeof socket) abort();
}

static void worker_wake(void* opaque) {
  deliver(opaque, -1, 0);
}

__attribute__((visibility("default"))) const heapstorm_target* heapstorm_target_table(void) {
  static const heapstorm_parameter parameters[] = {{"wait_ms", "how long it would wait, in ms", 5, 0, 1000}};
  static const heapstorm_expected_finding expects[] = {{"foreign_free", "session"}};
  static const heapstorm_variant variants[] = {
      {.name = "counts", .summary = "counts its hooks", .parameters = parameters, .parameter_count = 1},
      {.name = "asks_wrongly",
       .summary = "asks for what it does not declare",
       .buggy = 1,
       .expects = expects,
       .expects_count = 1},
      {.name = "writes_near_null",
       .summary = "dies of an access to 0x18",
       .parameters = parameters,
       .parameter_count = 1},
      {.name = "writes_wild",
       .summary = "dies of an access to an address without a page",
       .parameters = parameters,
       .parameter_count = 1},
      {.name = "writes_non_canonical",
       .summary = "dies of an access to an address that there is not",
       .parameters = parameters,
       .parameter_count = 1},
      {.name = "copies_to_null",
       .summary = "dies in a function of libc",
       .parameters = parameters,
       .parameter_count = 1},
      {.name = "exhausts_stack",
       .summary = "dies at the end of its stack",
       .parameters = parameters,
       .parameter_count = 1},
      {.name = "calls_null", .summary = "dies where there is no code", .parameters = parameters, .parameter_count = 1},
      {.name = "divides_by_zero", .summary = "dies of no access", .parameters = parameters, .parameter_count = 1},
      {.name = "aborts",
       .summary = "dies by its own will, and says why",
       .parameters = parameters,
       .parameter_count = 1}};
  static const heapstorm_target table = {HEAPSTORM_TARGET_ABI,
                                         sizeof table,
                                         "hooks",
                                         variants,
                                         sizeof variants / sizeof variants[0],
                                         create,
                                         worker_start,
                                         worker_run,
                                         worker_stop,
                                         deliver,
                                         worker_wake,
                                         destroy};
  return &table;
}
