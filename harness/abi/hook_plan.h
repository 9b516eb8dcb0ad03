/* The hook plan: which functions of which modules an agent hooks, and with what in place of their first instructions.
 * The runner makes it before the start, from a contract and the program's files; the agent maps it read-only.
 *
 * A file: a header, the modules, the functions. C, fixed-width fields, no pointers; sizes are pinned below. The agent
 * trusts nothing in it but that the runner has written it: a module is hooked only if it is the one that was looked at
 * (its build id), a function only if its first bytes are those that were seen. */
#ifndef HEAPSTORM_HARNESS_ABI_HOOK_PLAN_H
#define HEAPSTORM_HARNESS_ABI_HOOK_PLAN_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define HEAPSTORM_HOOK_PLAN_MAGIC 0x314b4f4f48534d48ull /* "HMSHOOK1" */
#define HEAPSTORM_HOOK_PLAN_VERSION 1u

/* The environment variable that names the file. */
#define HEAPSTORM_HOOK_PLAN_VARIABLE "HEAPSTORM_HOOK_PLAN"

/* ---- the first instructions of a function, made ready to run elsewhere */

#define HEAPSTORM_JUMP_BYTES 5u /* a jump with 32 bits of distance */
#define HEAPSTORM_MOVED_BYTES 80u
#define HEAPSTORM_MOVED_INSTRUCTIONS 5u /* as many begin in the bytes of a jump */
#define HEAPSTORM_MOVED_FIXUPS 10u
#define HEAPSTORM_MOVED_OLD_BYTES 24u /* endbr64, one byte less than a jump, and the longest instruction */

enum heapstorm_code_fixup_kind {
  HEAPSTORM_FIXUP_RELATIVE, /* 4 bytes: the distance from the end of their instruction to the target */
  HEAPSTORM_FIXUP_ABSOLUTE, /* 8 bytes: the target's address */
};

typedef struct heapstorm_code_fixup {
  int64_t target; /* an address as the module's file has it: where it is loaded is added */
  uint8_t kind;
  uint8_t at;  /* offset in heapstorm_moved_code::bytes */
  uint8_t end; /* of the instruction that they belong to; of no meaning when absolute */
  uint8_t unused[5];
} heapstorm_code_fixup;

typedef struct heapstorm_moved_code {
  heapstorm_code_fixup fixups[HEAPSTORM_MOVED_FIXUPS];
  uint8_t skipped; /* bytes of the function before the jump, which stay: its endbr64 */
  uint8_t length;  /* bytes after them that the jump may overwrite: whole instructions */
  uint8_t size;    /* of `bytes` */
  uint8_t instruction_count;
  uint8_t fixup_count;
  uint8_t old_bytes[HEAPSTORM_MOVED_OLD_BYTES]; /* what was there, from the start of the function */
  /* Where each instruction began (after `skipped`), and where it begins in `bytes`. */
  uint8_t old_starts[HEAPSTORM_MOVED_INSTRUCTIONS];
  uint8_t new_starts[HEAPSTORM_MOVED_INSTRUCTIONS];
  /* With a jump at their end to what follows in the function, if anything does. */
  uint8_t bytes[HEAPSTORM_MOVED_BYTES];
  uint8_t unused[1];
} heapstorm_moved_code;

/* ---- the file */

/* A plan has at most so many. */
#define HEAPSTORM_HOOK_MODULES 64u
#define HEAPSTORM_HOOK_FUNCTIONS 512u

#define HEAPSTORM_BUILD_ID_BYTES 20u

typedef struct heapstorm_hook_plan {
  uint64_t magic;
  uint32_t version;
  uint32_t module_count;
  uint32_t function_count;
  uint32_t unused;
} heapstorm_hook_plan;

typedef struct heapstorm_hook_module {
  uint8_t build_id[HEAPSTORM_BUILD_ID_BYTES]; /* zeros at its end if it is shorter */
  uint32_t build_id_bytes;
} heapstorm_hook_module;

enum heapstorm_hook_role {
  HEAPSTORM_HOOK_ALLOCATES,
  HEAPSTORM_HOOK_FREES,
  HEAPSTORM_HOOK_REALLOCATES,
  HEAPSTORM_HOOK_MAKES_HEAP,
};

/* Positions of arguments count from 1; 0: none. See harness/scenario/contract.h. */
typedef struct heapstorm_hook_function {
  uint64_t address; /* as the module's file has it */
  uint32_t module;  /* its index */
  uint8_t role;     /* enum heapstorm_hook_role */
  uint8_t pointer;
  uint8_t size_bytes;
  uint8_t count;
  uint8_t heap;
  uint8_t unused[7];
  char name[64]; /* cut off where it is longer; ends with 0 */
  heapstorm_moved_code moved;
} heapstorm_hook_function;

/* ---- what the agent says of it: a file as large as this for each function, which the runner has made. Zeros at first.
 */

/* The environment variable that names the file. */
#define HEAPSTORM_HOOK_REPORT_VARIABLE "HEAPSTORM_HOOK_REPORT"

enum heapstorm_hook_state {
  HEAPSTORM_HOOK_NOT_TRIED, /* the module was not there yet */
  HEAPSTORM_HOOK_HOOKED,
  HEAPSTORM_HOOK_OTHER_CODE, /* memory does not hold what the file does */
  HEAPSTORM_HOOK_NO_NEAR_MEMORY,
  HEAPSTORM_HOOK_OUT_OF_REACH,
  HEAPSTORM_HOOK_NOT_WRITABLE,
  HEAPSTORM_HOOK_THREADS_GO_ON,
};

typedef struct heapstorm_hook_report {
  uint64_t calls;  /* by the program; every access is atomic */
  uint64_t nested; /* from within another function of the contract */
  uint32_t state;  /* enum heapstorm_hook_state */
  uint32_t pid;    /* of the process that has hooked it last */
} heapstorm_hook_report;

#ifdef __cplusplus
static_assert(sizeof(heapstorm_hook_report) == 24, "layout");
static_assert(sizeof(heapstorm_code_fixup) == 16, "layout");
static_assert(sizeof(heapstorm_moved_code) == 280, "layout");
static_assert(sizeof(heapstorm_hook_plan) == 24, "layout");
static_assert(sizeof(heapstorm_hook_module) == 24, "layout");
static_assert(sizeof(heapstorm_hook_function) == 368, "layout");
}
#endif

#endif
