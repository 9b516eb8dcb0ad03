/* The plugin ABI: how target_host talks to a target. C, so that a plugin may be written in any language and built by
 * any compiler. C++ plugins on top of Beast use targets/common/service.h, which implements this table.
 *
 * A plugin is a shared object that exports one function, `heapstorm_target_table`. target_host refuses a plugin whose
 * `abi_version` is not HEAPSTORM_TARGET_ABI.
 *
 * Threads: the main thread calls `create`, `deliver` and `destroy`. Each worker thread calls `worker_start`,
 * `worker_run`, `worker_stop` for itself, in this order, each once. `worker_wake` may be called from any thread.
 *
 * A worker may be restarted while the target serves: its thread is woken, stops and ends, and then a new thread starts
 * with the same index. So there is one worker of an index at a time, but there may be many one after another. */
#ifndef HEAPSTORM_HARNESS_ABI_TARGET_H
#define HEAPSTORM_HARNESS_ABI_TARGET_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define HEAPSTORM_TARGET_ABI 2u

/* What the host offers a target. Every function may be called from any thread. */
typedef struct heapstorm_host {
  uint32_t abi_version;
  uint32_t worker_count;
  /* The target's wall clock in whole seconds since 1970. The plan moves it; it does not follow the machine's clock. */
  int64_t (*clock_seconds)(void);
  /* A place where a seeded schedule may delay this thread. Costs one branch when that is off. */
  void (*yield_point)(void);
  /* The value of a parameter that the variant declares: the scenario's, or else the default; in its range either way.
   * To ask for another name is a mistake of the plugin and ends the process. */
  int64_t (*parameter)(const struct heapstorm_host* host, const char* name);
} heapstorm_host;

/* A finding that a buggy variant leads to, as scenarios write it. */
typedef struct heapstorm_expected_finding {
  const char* kind; /* "foreign_free" */
  const char* tag;  /* "date_header"; "" or null for any */
} heapstorm_expected_finding;

/* A number that a scenario may set. What is on or off is 1 or 0. */
typedef struct heapstorm_parameter {
  const char* name;
  const char* summary; /* one line, with the unit */
  int64_t default_value;
  int64_t minimum; /* both ends included */
  int64_t maximum;
} heapstorm_parameter;

/* One way to write the defect, or one way to fix it. */
typedef struct heapstorm_variant {
  const char* name;                          /* as in scenarios: "static_cache" */
  const char* summary;                       /* one line: the defect, or what makes it right */
  const char* models;                        /* the issue that it models; "" or null if there is none */
  int buggy;                                 /* 1: a defect; 0: a fix or a control */
  const heapstorm_expected_finding* expects; /* null if there are none */
  const heapstorm_parameter* parameters;     /* null if there are none */
  uint32_t expects_count;
  uint32_t parameter_count;
} heapstorm_variant;

typedef struct heapstorm_target {
  uint32_t abi_version; /* HEAPSTORM_TARGET_ABI */
  uint32_t struct_bytes;
  const char* family;
  const heapstorm_variant* variants;
  uint32_t variant_count;

  /* Main thread, before any worker: the module start-up. Returns the target's state, or null if `variant` is unknown.
   * `host` stays valid until `destroy` has returned. */
  void* (*create)(const heapstorm_host* host, const char* variant);

  /* Worker thread `index` (0-based), its owner heap already registered: the thread start-up. Returns the worker's
   * state; null if it cannot start, say for want of descriptors. A restart is then tried again for a while. */
  void* (*worker_start)(void* target, uint32_t index);
  /* Worker thread: serves connections until `worker_wake` was called. */
  void (*worker_run)(void* worker);
  /* Worker thread, after `worker_run`, its owner heap still alive: the thread shut-down. Frees the worker's state. */
  void (*worker_stop)(void* worker);

  /* Main thread: hands an accepted, non-blocking socket to a worker, who owns and closes it. `connection` numbers
   * accepted connections from 1 in this process. */
  void (*deliver)(void* worker, int socket, uint32_t connection);
  /* Any thread: asks the worker to leave `worker_run`, open connections or not. */
  void (*worker_wake)(void* worker);

  /* Main thread, after every worker has stopped: the module shut-down. */
  void (*destroy)(void* target);
} heapstorm_target;

/* The one symbol that a plugin exports. The table is static; the caller does not free it. */
const heapstorm_target* heapstorm_target_table(void);
#define HEAPSTORM_TARGET_SYMBOL "heapstorm_target_table"

#ifdef __cplusplus
}
#endif
#endif
