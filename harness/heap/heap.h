/* The owner heap: a heap per thread whose every block belongs to the thread that allocated it, checked at every free.
 *
 * Embed it in a server of your own:
 *
 *   heapstorm_heap_options options = heapstorm_heap_defaults();
 *   heapstorm_heap_start(&options);            // once, on the main thread
 *   heapstorm_thread_register("worker-0");     // on each thread
 *   void* p = heapstorm_allocate(100, heapstorm_name("session"));
 *   heapstorm_free(p);                         // on another thread: a finding `foreign_free` that names both
 *   heapstorm_thread_retire();                 // a thread that forgets is retired when it exits
 *
 * Thread safety: every function may be called from any thread at any time after heapstorm_heap_start has returned,
 * except where its comment says otherwise. None takes a lock on the allocate and free paths. None throws.
 *
 * A C header; C++ users also have heap/memory_resource.h. The idea of ownership checks printed with both places is
 * PHP 5.1's
 * ("Memory block allocated at ... on thread ... freed at ... on thread ..., ignoring"). */
#ifndef HEAPSTORM_HARNESS_HEAP_HEAP_H
#define HEAPSTORM_HARNESS_HEAP_HEAP_H

#include <stddef.h>
#include <stdint.h>

#include "harness/abi/black_box.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What happens to the program after a violation was recorded. */
typedef enum heapstorm_policy {
  HEAPSTORM_POLICY_REPORT = 0, /* record, do what the program meant, and hand the memory back to its owner */
  HEAPSTORM_POLICY_ABORT = 1,  /* record, then abort(), as ZendMM does */
  HEAPSTORM_POLICY_IGNORE = 2, /* record and leak the block, as PHP 5.1 did */
  HEAPSTORM_POLICY_CORRUPT =
      3, /* record and do what an unchecked allocator would do: the block goes to the wrong heap */
} heapstorm_policy;

typedef enum heapstorm_backend {
  HEAPSTORM_BACKEND_MIMALLOC = 0, /* a mimalloc heap per thread, in the black box */
  HEAPSTORM_BACKEND_SYSTEM = 1,   /* the process's malloc (a sanitizer's, say); only the ownership is ours */
  /* Nothing is checked, recorded, perturbed or made to fail: what the program does without an owner heap, so that
   * another detector can be watched alone. */
  HEAPSTORM_BACKEND_UNCHECKED_MIMALLOC = 2, /* mi_heap_malloc of the thread's heap, and mi_free */
  HEAPSTORM_BACKEND_UNCHECKED_SYSTEM = 3,   /* malloc and free */
} heapstorm_backend;

typedef struct heapstorm_heap_options {
  heapstorm_policy policy;
  heapstorm_backend backend;
  int stacks;                /* record the stacks of allocation and free */
  int canaries;              /* detect overflow and underflow */
  int report_leaks;          /* report blocks that are live when their thread retires */
  uint32_t quarantine_bytes; /* per thread, for blocks of up to 960 bytes, and as much again for the larger ones;
                                16 times as much of ended threads. 0: none, and no use-after-free detection */
  /* How many freed blocks are watched for writes in all their bytes (larger ones in their first 16 KiB): one in so
   * many, drawn at random; 1: every one. The others are watched in their first and last 32 bytes only, which costs a
   * tenth. */
  uint32_t watch_whole_one_in;
  int box_fd;           /* file of the black box; -1: from HEAPSTORM_BLACK_BOX_FD, or else anonymous */
  uint64_t arena_bytes; /* address range for all heaps; memory is taken only as it is touched */
  /* Called on the violating thread after the record was written and before the policy acts; may be null. It may
   * allocate. */
  void (*on_violation)(const heapstorm_box_finding* finding, void* user);
  void* user;

  /* Seeded perturbation at heap operations and yield points; all 0: off. Probabilities are per 65,536 operations. */
  uint64_t perturb_seed;
  uint32_t delay_probability;
  uint32_t delay_us; /* longest delay */
  uint32_t yield_probability;

  /* Allocation failure: allocate returns null (a C++ resource throws bad_alloc). All 0: off. */
  uint64_t fail_nth;              /* the n-th allocation of the process (of the tag, if one is given), from 1, once */
  uint32_t fail_probability;      /* per 65,536 allocations, drawn from perturb_seed */
  uint32_t fail_only_tag;         /* a name id, or 0 for every tag */
  const char* fail_only_tag_name; /* the same by name; null: none. Used by heapstorm_heap_start only */
  /* Perturb and fail only while the black box's stage is LISTENING, and count allocations from there: not while the
   * program starts and stops. */
  int only_while_listening;
  /* Called at heap operations and yield points of every thread, as the perturbation is; may be null. It may sleep, and
   * must not use the heap. */
  void (*at_yield_point)(void);
} heapstorm_heap_options;

/* Stacks, canaries, a quarantine of 256 KiB a thread with one in 32 blocks watched whole, policy `report`, 64 GiB of
 * sparse address range. */
heapstorm_heap_options heapstorm_heap_defaults(void);

/* The version of the mimalloc underneath, as that says it: 209 is 2.0.9. */
int heapstorm_mimalloc_version(void);

/* Creates or attaches the black box. Call once, before other threads use the heap. Returns 0, or an errno value with
 * nothing changed. The box stays mapped until the process ends, because blocks may outlive any moment we could choose.
 */
int heapstorm_heap_start(const heapstorm_heap_options* options);

/* The mapped black box, or null before heapstorm_heap_start. Its control cells are for the host and the runner. */
heapstorm_box_header* heapstorm_heap_box(void);

/* Interns a string of up to 60 bytes (longer ones are cut) as a tag or context text. Takes microseconds the first time,
 * then tens of nanoseconds: keep the id. Returns 0, the empty name, when the table is full. */
uint16_t heapstorm_name(const char* text);

/* A thread's owner heap. A handle stays valid for ever; using it after its thread has retired is reported, never a
 * crash. */
typedef struct heapstorm_heap heapstorm_heap;

/* Names the calling thread and gives it its heap. Without it, a thread gets one named after its pthread name at its
 * first allocation. Returns the thread id of the black box. Calling it again only renames. */
uint32_t heapstorm_thread_register(const char* name);
/* Retires the calling thread's heap now: reports leaks; what it has freed waits on in the process's quarantine. Live
 * blocks stay readable, and freeing them is `owner_exited_free`. If it allocates again, it gets a new heap and id. */
void heapstorm_thread_retire(void);
/* The calling thread's heap, registering the thread if need be. */
heapstorm_heap* heapstorm_heap_current(void);

/* All blocks are aligned to 16 bytes and may have size 0 (still a distinct block). Null: out of memory, or an injected
 * failure. `tag` is a heapstorm_name, or 0. */
void* heapstorm_allocate(size_t bytes, uint16_t tag);
void* heapstorm_allocate_zeroed(size_t bytes, uint16_t tag);
/* `alignment`: a power of two up to 1 MiB; null otherwise. */
void* heapstorm_allocate_aligned(size_t alignment, size_t bytes, uint16_t tag);
/* Allocates in another's heap. On a thread that does not own it: `foreign_allocate`; the block then belongs to `heap`.
 */
void* heapstorm_allocate_in(heapstorm_heap* heap, size_t bytes, uint16_t tag);
/* As realloc. The block's tag stays. On another thread than the owner's: `foreign_realloc`; the new block is the
 * caller's. */
void* heapstorm_reallocate(void* block, size_t bytes);
/* Null is ignored. Anything else that is not a live block of the calling thread is a finding, never a fault of ours. */
void heapstorm_free(void* block);
/* The size that was asked for; 0 for what is no live block. */
size_t heapstorm_usable_size(const void* block);
/* Legally hands a live block of the calling thread to `to`, recorded: a later violation shows the chain of owners.
 * Returns 0, or EINVAL (no live block), EPERM (not the caller's to give; recorded as nothing). */
int heapstorm_transfer(void* block, heapstorm_heap* to);

/* What the calling thread is doing from now on, for both sides of findings: a connection, an action (HEAPSTORM_ACTION)
 * and free text (a heapstorm_name). (0, 0, 0) clears it. A few nanoseconds. */
void heapstorm_context(uint32_t connection, uint32_t action, uint16_t text);

/* What the calling thread was doing when a signal stopped it, with the stack that these return addresses are (innermost
 * first, at most HEAPSTORM_STACK_FRAMES of them). For signal handlers, in which it is safe; a thread that has no heap
 * is given none. */
heapstorm_box_side heapstorm_side_of_fault(const uint64_t* return_addresses, uint32_t count);

/* The calling thread has taken on a new connection: an event with `action` in its ring, and counts of who opens what.
 * Returns what heapstorm_connection_closed wants to know of it. */
uint32_t heapstorm_connection_opened(uint32_t connection, uint32_t action);
/* The connection is over, on any thread. */
void heapstorm_connection_closed(uint32_t connection, uint32_t action, uint32_t opened_by);

/* Writes an event into the calling thread's ring; `kind` is enum heapstorm_event_kind. */
void heapstorm_event(uint16_t kind, uint32_t connection, uint64_t value);

/* A place where the seeded perturbation may delay this thread. One branch when it is off. */
void heapstorm_yield_point(void);

/* Records the modules loaded since the last call, so that their frames can be symbolised after the process's death.
 * Call it after dlopen. A finding calls it by itself when it meets an unknown address. */
void heapstorm_modules_refresh(void);

#ifdef __cplusplus
}
#endif
#endif
