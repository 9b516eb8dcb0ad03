/* Where each section of a black box lies: a function of the arena's size alone, so that a reader recomputes it instead
 * of trusting what a corrupted target left in the header. */
#ifndef HEAPSTORM_HARNESS_ABI_BLACK_BOX_LAYOUT_H
#define HEAPSTORM_HARNESS_ABI_BLACK_BOX_LAYOUT_H

#include "harness/abi/black_box.h"

#ifdef __cplusplus
extern "C" {
#endif

#define HEAPSTORM_BOX_PAGE 4096ull
#define HEAPSTORM_BOX_DEFAULT_ARENA (64ull << 30)

static inline uint64_t heapstorm_box_section_bytes(int section, uint64_t arena_bytes) {
  switch (section) {
    case HEAPSTORM_SECTION_CONTROL:
      return sizeof(heapstorm_box_control);
    case HEAPSTORM_SECTION_NAMES:
      return (uint64_t)HEAPSTORM_NAMES * sizeof(heapstorm_box_name);
    case HEAPSTORM_SECTION_THREADS:
      return (uint64_t)HEAPSTORM_THREADS * sizeof(heapstorm_box_thread);
    case HEAPSTORM_SECTION_MODULES:
      return (uint64_t)HEAPSTORM_MODULES * sizeof(heapstorm_box_module);
    case HEAPSTORM_SECTION_STACK_INDEX:
      return (uint64_t)HEAPSTORM_STACK_INDEX * sizeof(uint32_t);
    case HEAPSTORM_SECTION_STACKS:
      return (uint64_t)HEAPSTORM_STACK_WORDS * sizeof(uint64_t);
    case HEAPSTORM_SECTION_FINDING_INDEX:
      return (uint64_t)HEAPSTORM_FINDING_INDEX * sizeof(uint32_t);
    case HEAPSTORM_SECTION_FINDINGS:
      return (uint64_t)HEAPSTORM_FINDINGS * sizeof(heapstorm_box_finding);
    case HEAPSTORM_SECTION_HANDOFFS:
      return (uint64_t)HEAPSTORM_HANDOFFS * sizeof(heapstorm_box_handoff);
    case HEAPSTORM_SECTION_PAIRS:
      return (uint64_t)HEAPSTORM_PAIR_SIDE * HEAPSTORM_PAIR_SIDE * sizeof(uint32_t);
    case HEAPSTORM_SECTION_CONNECTIONS:
      return sizeof(heapstorm_box_connections);
    case HEAPSTORM_SECTION_RINGS:
      return (uint64_t)HEAPSTORM_RINGS * sizeof(heapstorm_box_ring);
    case HEAPSTORM_SECTION_ARENA:
      return arena_bytes;
    default:
      return 0;
  }
}

/* Fills `sections` and returns the size of the whole box. Sections follow the header in the order of their numbers,
 * each on a page of its own; the arena on a multiple of HEAPSTORM_ARENA_ALIGNMENT. */
static inline uint64_t heapstorm_box_layout(uint64_t arena_bytes, heapstorm_box_section_entry* sections) {
  uint64_t offset = HEAPSTORM_BOX_PAGE;
  for (int section = 0; section < HEAPSTORM_SECTION_COUNT; ++section) {
    uint64_t alignment = section == HEAPSTORM_SECTION_ARENA ? HEAPSTORM_ARENA_ALIGNMENT : HEAPSTORM_BOX_PAGE;
    offset = (offset + alignment - 1) / alignment * alignment;
    sections[section].offset = offset;
    sections[section].bytes = heapstorm_box_section_bytes(section, arena_bytes);
    offset += sections[section].bytes;
  }
  return (offset + HEAPSTORM_BOX_PAGE - 1) / HEAPSTORM_BOX_PAGE * HEAPSTORM_BOX_PAGE;
}

static inline uint64_t heapstorm_box_bytes(uint64_t arena_bytes) {
  heapstorm_box_section_entry sections[HEAPSTORM_SECTION_COUNT];
  return heapstorm_box_layout(arena_bytes, sections);
}

/* The arena of a box of that size; 0 if the box is too small to have one. */
static inline uint64_t heapstorm_box_arena_bytes(uint64_t box_bytes) {
  heapstorm_box_section_entry sections[HEAPSTORM_SECTION_COUNT];
  heapstorm_box_layout(0, sections);
  uint64_t arena_offset = sections[HEAPSTORM_SECTION_ARENA].offset;
  return box_bytes > arena_offset ? box_bytes - arena_offset : 0;
}

#ifdef __cplusplus
}
#endif
#endif
