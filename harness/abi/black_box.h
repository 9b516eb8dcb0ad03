/* The black box: the layout of the shared mapping that outlives the target.
 *
 * The target's heap library writes it without locks; the runner maps the same file and reads it at any instant, also
 * after the target died by SIGKILL. It is valid at every instant because nothing is ever visible half-written: a record
 * is filled where no reader looks and then published by one atomic store (release; the reader loads with acquire).
 *
 * The target corrupts memory on purpose and the whole mapping lies in its address space, so a reader trusts nothing
 * here: not the section table (it recomputes it), not an index, not a string's end. See
 * harness/findings/black_box_reader.h.
 *
 * C, fixed-width fields, no pointers: addresses of the target are plain integers. All structures are naturally aligned
 * and their sizes are pinned below. Times are milliseconds since `start_monotonic_ns` unless the name says otherwise;
 * they wrap after 49 days. Borrowed idea: LLVM GWP-ASan's common.h (state shared with a crash reader, versioned,
 * pinned). */
#ifndef HEAPSTORM_HARNESS_ABI_BLACK_BOX_H
#define HEAPSTORM_HARNESS_ABI_BLACK_BOX_H

#include <stdint.h>

#include "harness/abi/worker_order.h"

#ifdef __cplusplus
extern "C" {
#endif

#define HEAPSTORM_BOX_MAGIC 0x31584f424d545348ull /* "HSTMBOX1" */
#define HEAPSTORM_BOX_VERSION 3u

/* The environment variable by which a runner hands the file to a target: a decimal descriptor number. */
#define HEAPSTORM_BOX_FD_VARIABLE "HEAPSTORM_BLACK_BOX_FD"

/* In place of an address that the processor has not, and that the kernel therefore does not tell. It is one itself. */
#define HEAPSTORM_ADDRESS_NON_CANONICAL (1ull << 63)

enum heapstorm_box_section {
  HEAPSTORM_SECTION_CONTROL,       /* heapstorm_box_control, one */
  HEAPSTORM_SECTION_NAMES,         /* heapstorm_box_name, index = name id; 0 is "" */
  HEAPSTORM_SECTION_THREADS,       /* heapstorm_box_thread, index = thread id; 0 is "no thread" */
  HEAPSTORM_SECTION_MODULES,       /* heapstorm_box_module */
  HEAPSTORM_SECTION_STACK_INDEX,   /* uint32_t, hash table of stack ids (writer only) */
  HEAPSTORM_SECTION_STACKS,        /* uint64_t words; a stack's id is the index of its first word: the number of
                                      frames in the low 8 bits, a hash above; the frames follow. 0 is "no stack" */
  HEAPSTORM_SECTION_FINDING_INDEX, /* uint32_t, hash table fingerprint -> finding index + 1 */
  HEAPSTORM_SECTION_FINDINGS,      /* heapstorm_box_finding */
  HEAPSTORM_SECTION_HANDOFFS,      /* heapstorm_box_handoff; 0 is "never handed off" */
  HEAPSTORM_SECTION_PAIRS,         /* uint32_t [PAIR_SIDE][PAIR_SIDE]: blocks by owner slot, freeing slot (modulo) */
  HEAPSTORM_SECTION_CONNECTIONS,   /* heapstorm_box_connections, one */
  HEAPSTORM_SECTION_RINGS,         /* heapstorm_box_ring, index = thread slot modulo ring count */
  HEAPSTORM_SECTION_ARENA,         /* the heaps' memory */
  HEAPSTORM_SECTION_COUNT
};

#define HEAPSTORM_NAME_BYTES 64u
#define HEAPSTORM_NAMES 16384u /* ids fit the 16 bits of a block's tag */
#define HEAPSTORM_THREADS (1u << 20)
#define HEAPSTORM_MODULES 256u
#define HEAPSTORM_STACK_INDEX (1u << 20)
#define HEAPSTORM_STACK_WORDS (1u << 24)
#define HEAPSTORM_STACK_FRAMES 16u
#define HEAPSTORM_FINDING_INDEX 16384u
#define HEAPSTORM_FINDINGS 8192u
#define HEAPSTORM_HANDOFFS (1u << 20)
#define HEAPSTORM_PAIR_SIDE 64u
#define HEAPSTORM_RINGS 256u
#define HEAPSTORM_RING_EVENTS 2048u
#define HEAPSTORM_ARENA_ALIGNMENT (64ull << 20)

typedef struct heapstorm_box_section_entry {
  uint64_t offset; /* from the start of the mapping */
  uint64_t bytes;
} heapstorm_box_section_entry;

/* At offset 0. Written once, before `magic`, which publishes it. */
typedef struct heapstorm_box_header {
  uint64_t magic;
  uint32_t version;
  uint32_t header_bytes;
  uint64_t box_bytes;
  uint64_t mapped_at; /* where the target has mapped the box; a block's offset is its address minus this */
  uint64_t check_key; /* keys the block headers' checks */
  uint64_t start_monotonic_ns;
  uint32_t pid;
  uint32_t features; /* enum heapstorm_box_features */
  heapstorm_box_section_entry sections[HEAPSTORM_SECTION_COUNT];
} heapstorm_box_header;

enum heapstorm_box_features {
  HEAPSTORM_FEATURE_STACKS = 1,
  HEAPSTORM_FEATURE_CANARIES = 2,
  HEAPSTORM_FEATURE_QUARANTINE = 4,
  HEAPSTORM_FEATURE_SYSTEM_BACKEND = 8, /* blocks are outside the box */
};

/* Live cells. The runner writes the first group, the target the second; every access is atomic. */
typedef struct heapstorm_box_control {
  int64_t clock_seconds; /* the target's wall clock, moved by the plan; 0 until the runner set it */
  uint64_t clock_ticks;  /* counted after each moved the clock: who sees the count sees the new time */
  uint64_t clock_jumps;  /* likewise */
  uint64_t orders_given[HEAPSTORM_ORDER_KINDS]; /* by kind, counted before each goes into the pipe */
  uint64_t runner_reserved[2];

  uint64_t findings; /* distinct findings, counted after each was published */
  uint64_t violations;
  uint32_t stage; /* enum heapstorm_box_stage */
  uint32_t port;  /* TCP port, host byte order, valid from stage LISTENING */
  uint32_t next_name;
  uint32_t next_thread;
  uint32_t next_module;
  uint32_t next_finding;
  uint32_t next_handoff;
  uint32_t unused;
  uint64_t next_stack_word;
  uint64_t dropped; /* records that no longer fitted a section */
  uint64_t connections_accepted;
  uint64_t orders_done[HEAPSTORM_ORDER_KINDS]; /* by kind: the worker's new thread serves; a worker has slept */
  uint64_t fault_address; /* what the thread that met fault_signal tried to access; or ..._ADDRESS_NON_CANONICAL */
  uint64_t fault_pc;      /* and its instruction */
  uint32_t fault_tid;
  uint32_t fault_signal; /* SIGSEGV or SIGBUS of an access to memory, SIGFPE, SIGILL, SIGTRAP, or SIGABRT of abort();
                            publishes the three before. 0: none */
  /* Faults as the target met them. */
  uint64_t clock_ticks_last_seen; /* the highest of clock_ticks when the clock was asked */
  uint64_t clock_ticks_seen;      /* how often the clock was asked for the first time after a tick */
  uint64_t clock_jumps_last_seen; /* likewise */
  uint64_t clock_jumps_seen;
  uint64_t accepts_out_of_descriptors;   /* accepts refused for want of a descriptor */
  uint64_t allocation_failures;          /* injected: the caller got null */
  uint64_t allocation_failures_survived; /* the same thread came to the heap once more */
  uint64_t heap_delays;                  /* injected: sleeps */
  uint64_t heap_yields;
  /* More about fault_signal. Written after it, because finding it out may itself fault. */
  uint32_t fault_stack; /* who called what contains fault_pc */
  uint32_t fault_flags; /* enum heapstorm_box_fault_flags */
  uint32_t fault_connection;
  uint32_t fault_action;
} heapstorm_box_control;

enum heapstorm_box_fault_flags {
  HEAPSTORM_FAULT_STACK_EXHAUSTED = 1, /* the access was at the end of the thread's stack */
};

enum heapstorm_box_stage {
  HEAPSTORM_STAGE_STARTING = 0,
  HEAPSTORM_STAGE_LISTENING = 1,
  HEAPSTORM_STAGE_STOPPING = 2,
  HEAPSTORM_STAGE_STOPPED = 3,
};

/* An interned string: a block's tag or a context's text. `length` publishes it; 0 means not there. Not terminated. */
typedef struct heapstorm_box_name {
  char text[HEAPSTORM_NAME_BYTES - 4];
  uint32_t length;
} heapstorm_box_name;

/* One thread of the target, ever. Ids are never used again, so an exited owner keeps its name. */
typedef struct heapstorm_box_thread {
  uint32_t state; /* enum heapstorm_box_thread_state; publishes the rest */
  uint32_t tid;
  uint32_t slot;       /* the smallest number that was free when it registered: live threads have small numbers */
  uint32_t generation; /* how often that slot had been used before */
  uint32_t birth_ms;
  uint32_t death_ms;
  uint32_t name_length;
  uint32_t unused;
  char name[32];
  uint64_t allocations;
  uint64_t frees; /* by this thread, of its own blocks */
  uint64_t live_blocks_at_exit;
  uint64_t live_bytes_at_exit;
} heapstorm_box_thread;

enum heapstorm_box_thread_state {
  HEAPSTORM_THREAD_NONE = 0,
  HEAPSTORM_THREAD_ALIVE = 1,
  HEAPSTORM_THREAD_RETIRED = 2,
};

/* One executable or shared object of the target, code and data, so that stacks and variables can be named after its
 * death. `path_length` publishes it. */
typedef struct heapstorm_box_module {
  uint64_t begin;
  uint64_t end;
  uint64_t load_bias; /* address in the file = address in memory - load_bias */
  uint32_t path_length;
  char path[228];
} heapstorm_box_module;

/* Violations. The names in reports are these in lower case. The numbers are part of the format. */
enum heapstorm_box_kind {
  HEAPSTORM_KIND_NONE = 0,
  HEAPSTORM_FOREIGN_FREE = 1,
  HEAPSTORM_FOREIGN_REALLOC = 2,
  HEAPSTORM_FOREIGN_ALLOCATE = 3,
  HEAPSTORM_DOUBLE_FREE = 4,
  HEAPSTORM_INVALID_FREE = 5,
  HEAPSTORM_USE_AFTER_FREE = 6,
  HEAPSTORM_OVERFLOW = 7,
  HEAPSTORM_UNDERFLOW = 8,
  HEAPSTORM_OWNER_EXITED_FREE = 9,
  HEAPSTORM_LEAK_AT_THREAD_EXIT = 10,
  HEAPSTORM_KIND_COUNT = 11,
};

/* Who did something to a block, where, and what for. `thread` 0: unknown. */
typedef struct heapstorm_box_side {
  uint32_t thread;
  uint32_t stack;
  uint32_t
      connection;  /* number in the plan; with HEAPSTORM_CONNECTION_SERVER_SIDE set, the target's own count; 0: none */
  uint32_t action; /* HEAPSTORM_ACTION(kind, index) */
  uint32_t at_ms;
  uint32_t text; /* name id */
} heapstorm_box_side;

#define HEAPSTORM_CONNECTION_SERVER_SIDE 0x80000000u

/* What a thread is doing for a connection: a kind and, for messages and requests, which one of that connection (from
 * 1). */
enum heapstorm_action_kind {
  HEAPSTORM_ACTION_NONE = 0,
  HEAPSTORM_ACTION_ACCEPT = 1,
  HEAPSTORM_ACTION_HANDSHAKE = 2,
  HEAPSTORM_ACTION_REQUEST = 3,
  HEAPSTORM_ACTION_MESSAGE = 4,
  HEAPSTORM_ACTION_CLOSE = 5,
};
#define HEAPSTORM_ACTION(kind, index) (((uint32_t)(kind) << 24) | ((uint32_t)(index) & 0xffffffu))
#define HEAPSTORM_ACTION_KIND(action) ((uint32_t)(action) >> 24)
#define HEAPSTORM_ACTION_INDEX(action) ((uint32_t)(action) & 0xffffffu)

/* The HTTP header by which a storm's client says which connection of the plan it is: a decimal number. */
#define HEAPSTORM_CONNECTION_HEADER "Heapstorm-Connection"

enum heapstorm_box_finding_state {
  HEAPSTORM_FINDING_EMPTY = 0,
  HEAPSTORM_FINDING_PUBLISHED = 0x46494e44, /* "FIND" */
};

enum heapstorm_box_finding_flags {
  HEAPSTORM_FINDING_OWNER_EXITED = 1,   /* the owning thread had already exited */
  HEAPSTORM_FINDING_HEADER_DAMAGED = 2, /* the block's header was overwritten; its fields are what was found there */
  HEAPSTORM_FINDING_INTERIOR = 4,       /* the address lies inside the block, not at its start */
};

/* A violation: the first one of its fingerprint in full, the later ones as a count. */
typedef struct heapstorm_box_finding {
  uint32_t state; /* enum heapstorm_box_finding_state; publishes the rest */
  uint32_t kind;  /* enum heapstorm_box_kind */
  uint64_t fingerprint;
  uint64_t count;
  uint64_t at_us; /* since start_monotonic_ns */
  uint64_t address;
  uint64_t block_address; /* start of the block, 0 if none is known */
  uint64_t block_bytes;
  uint32_t tag;         /* name id */
  uint32_t block_state; /* enum heapstorm_block_state */
  uint32_t age_ms;
  uint32_t flags;      /* enum heapstorm_box_finding_flags */
  uint32_t handoff;    /* last hand-off of the block, or 0 */
  uint32_t damaged_at; /* overflow, underflow, use after free: offset of the first wrong byte from the block's start
                          (signed) */
  heapstorm_box_side owner;    /* who allocated the block; invalid_free without one: on whose stack it is, or 0 */
  heapstorm_box_side freed;    /* who freed it first, where it was freed */
  heapstorm_box_side offender; /* who is violating now */
  uint64_t block_count;        /* leak_at_thread_exit: blocks in this group, block_bytes is their sum */
  uint64_t held_at;            /* address of a global or static variable that referred to the block, or 0 */
} heapstorm_box_finding;

/* A legal transfer of a block from one owner to the next, newest first. */
typedef struct heapstorm_box_handoff {
  uint32_t previous; /* the hand-off before this one, or 0 */
  uint32_t from;     /* thread id */
  uint32_t to;       /* thread id; publishes the rest */
  uint32_t at_ms;
  uint32_t stack;
  uint32_t unused;
} heapstorm_box_handoff;

enum heapstorm_event_kind {
  HEAPSTORM_EVENT_NONE = 0,
  HEAPSTORM_EVENT_THREAD_START = 1,
  HEAPSTORM_EVENT_THREAD_STOP = 2,
  HEAPSTORM_EVENT_CONNECTION_OPEN = 3,
  HEAPSTORM_EVENT_CONNECTION_CLOSE = 4,
  HEAPSTORM_EVENT_ACTION = 5,
  HEAPSTORM_EVENT_FINDING = 6, /* value: finding index */
  HEAPSTORM_EVENT_KIND_COUNT = 7,
};

typedef struct heapstorm_box_event {
  uint64_t at_us;
  uint32_t sequence; /* its number in the ring plus 1; another number means: torn or overwritten */
  uint16_t kind;
  uint16_t unused;
  uint32_t thread;
  uint32_t connection;
  uint64_t value; /* by kind; for ACTION and CONNECTION_* the action */
} heapstorm_box_event;

typedef struct heapstorm_box_ring {
  uint64_t next; /* events ever written */
  uint64_t reserved[3];
  heapstorm_box_event events[HEAPSTORM_RING_EVENTS];
} heapstorm_box_ring;

/* What lies immediately before every block of an owner heap. mimalloc links its free lists through the first 8 bytes of
 * freed memory, so these two fields are the ones that may be lost. */
typedef struct heapstorm_block_header {
  uint32_t connection;
  uint32_t action;
  uint64_t size_and_tag; /* size << 16 | tag */
  uint32_t check;        /* keyed over address, size, tag and owner */
  uint32_t owner;        /* thread id */
  uint32_t state; /* enum heapstorm_block_state << 24 | HEAPSTORM_BLOCK_APART | (bytes from the allocation's start to
                     this header) / 16 */
  uint32_t stack;
  uint32_t at_ms;
  uint32_t handoff;
  uint32_t freed_by; /* thread id; 0: the owner, if anybody */
  uint32_t canary;   /* just before the first byte: an underflow meets it first */
} heapstorm_block_header;

/* In `state`: larger, handed over or otherwise unlike its owner's others; see harness/heap/guards/block_cache.h. */
#define HEAPSTORM_BLOCK_APART 0x800000u
#define HEAPSTORM_BLOCK_DISTANCE 0x7fffffu

/* Which thread opened and closed which connections, by slot modulo PAIR_SIDE. */
typedef struct heapstorm_box_connections {
  uint32_t last_opened_by; /* slot plus 1 of the thread that opened the newest connection; 0: there was none */
  uint32_t unused;
  uint32_t opened[HEAPSTORM_PAIR_SIDE];
  uint32_t closed[HEAPSTORM_PAIR_SIDE][HEAPSTORM_PAIR_SIDE];   /* [opened by][closed by] */
  uint32_t followed[HEAPSTORM_PAIR_SIDE][HEAPSTORM_PAIR_SIDE]; /* [opened by][who opened the process's next one] */
} heapstorm_box_connections;

/* Odd-looking values, so that stray memory is not taken for a block. */
enum heapstorm_block_state {
  HEAPSTORM_BLOCK_LIVE = 0xa1,
  HEAPSTORM_BLOCK_FREEING = 0xb2,     /* claimed by its owner, on the way into the quarantine */
  HEAPSTORM_BLOCK_TAKEN = 0xb4,       /* claimed by another thread than the owner; then as FREEING */
  HEAPSTORM_BLOCK_QUARANTINED = 0xc3, /* freed, poisoned, not yet given back */
  HEAPSTORM_BLOCK_FREED = 0xd4,       /* given back to the allocator */
  HEAPSTORM_BLOCK_MOVED = 0xe5,       /* left behind by a reallocation */
};

/* What lies immediately after every block, unaligned: canary bytes while it is live, the freeing side afterwards. */
typedef struct heapstorm_block_tail {
  uint32_t stack;
  uint32_t connection;
  uint32_t action;
  uint32_t at_ms;
} heapstorm_block_tail;

/* The check of a block header. `address` is the block's first byte in the target's address space. Products, because a
 * sum or an exclusive or alone would not notice a write that flips the same bits in the check and in a field. */
static inline uint64_t heapstorm_owner_key(uint64_t key, uint32_t owner) {
  return key ^ owner * 0x9e3779b97f4a7c15ull;
}
static inline uint32_t heapstorm_keyed_check(uint64_t owner_key, uint64_t address, uint64_t size_and_tag) {
  uint64_t mixed = size_and_tag * 0x5bd1e995u ^ address ^ owner_key;
  return (uint32_t)((mixed * 0x2545f491u) >> 32);
}
static inline uint32_t heapstorm_block_check(uint64_t key, uint64_t address, uint64_t size_and_tag, uint32_t owner) {
  return heapstorm_keyed_check(heapstorm_owner_key(key, owner), address, size_and_tag);
}

#ifdef __cplusplus
} /* extern "C" */
static_assert(sizeof(heapstorm_box_header) == 56 + 16 * HEAPSTORM_SECTION_COUNT);
static_assert(sizeof(heapstorm_box_control) == 256);
static_assert(sizeof(heapstorm_box_name) == HEAPSTORM_NAME_BYTES);
static_assert(sizeof(heapstorm_box_thread) == 96);
static_assert(sizeof(heapstorm_box_module) == 256);
static_assert(sizeof(heapstorm_box_side) == 24);
static_assert(sizeof(heapstorm_box_finding) == 168);
static_assert(sizeof(heapstorm_box_handoff) == 24);
static_assert(sizeof(heapstorm_box_event) == 32);
static_assert(sizeof(heapstorm_box_ring) == 32 + 32 * HEAPSTORM_RING_EVENTS);
static_assert(sizeof(heapstorm_box_connections) ==
              8 + 4 * HEAPSTORM_PAIR_SIDE + 8 * HEAPSTORM_PAIR_SIDE * HEAPSTORM_PAIR_SIDE);
static_assert(sizeof(heapstorm_block_header) == 48);
static_assert(sizeof(heapstorm_block_tail) == 16);
#endif
#endif
