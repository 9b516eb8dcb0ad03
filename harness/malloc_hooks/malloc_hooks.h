/* For programs whose threads own what they allocate with plain malloc or new, built with ASan or TSan: who frees a
 * block that another thread allocated, and who that was. No sanitizer treats this as a fault, though both know the
 * thread.
 *
 *   heapstorm_malloc_allow("Queue::push");              // blocks allocated in or below it may be freed anywhere
 *   heapstorm_malloc_watch(HEAPSTORM_MALLOC_REPORT);    // first thing in main
 *
 * A report goes where the sanitizer's go (stderr, or log_path), has both stacks, and is a finding `foreign_free` for
 * heapstorm. Each pair of stacks is reported once. Threads are numbered as they first allocate; T0 started the watch.
 *
 * Link heapstorm_malloc_hooks_asan or heapstorm_malloc_hooks_tsan. Thread-safe from the watch's start. */
#ifndef HEAPSTORM_HARNESS_MALLOC_HOOKS_MALLOC_HOOKS_H
#define HEAPSTORM_HARNESS_MALLOC_HOOKS_MALLOC_HOOKS_H

#ifdef __cplusplus
extern "C" {
#endif

enum heapstorm_malloc_policy {
  HEAPSTORM_MALLOC_REPORT, /* and go on */
  HEAPSTORM_MALLOC_ABORT,  /* after the first report */
};

/* Before the watch starts: a legal hand-off, by a part of the name of a function, or of its source file, in the stack
 * of the block's allocation or of its free. What std::thread hands to its thread is always allowed. At most 64; more
 * are ignored. `part` is kept, not copied. */
void heapstorm_malloc_allow(const char* part);

/* Returns 0 if the sanitizer has no room for our hooks. Blocks allocated before do not count. To be called once. */
int heapstorm_malloc_watch(enum heapstorm_malloc_policy policy);

/* This one block may be freed by any thread. */
void heapstorm_malloc_hand_off(const void* block);

#ifdef __cplusplus
}
#endif

#endif
