#include "harness/heap/recorder/process_heaps.h"

#include <unistd.h>

#include <bit>
#include <cerrno>
#include <cstdlib>

#include "harness/abi/black_box_layout.h"
#include "harness/heap/guards/sanitizer.h"
#include "harness/heap/recorder/thread_slots.h"

namespace heapstorm::heap {

constinit ProcessHeaps the_heaps;

namespace {

int box_fd_from_environment() {
  const char* text = std::getenv(HEAPSTORM_BOX_FD_VARIABLE);
  if (text == nullptr || *text == '\0') return -1;
  char* end = nullptr;
  long fd = std::strtol(text, &end, 10);
  return *end == '\0' && fd >= 0 && fd < 1 << 20 ? static_cast<int>(fd) : -1;
}

std::uint32_t features_of(const heapstorm_heap_options& options) {
  std::uint32_t features = 0;
  if (options.stacks) features |= HEAPSTORM_FEATURE_STACKS;
  if (options.canaries) features |= HEAPSTORM_FEATURE_CANARIES;
  if (options.quarantine_bytes > 0) features |= HEAPSTORM_FEATURE_QUARANTINE;
  if (options.backend == HEAPSTORM_BACKEND_SYSTEM) features |= HEAPSTORM_FEATURE_SYSTEM_BACKEND;
  return features;
}

}  // namespace

int ProcessHeaps::start(const heapstorm_heap_options& wanted) {
  if (started) return EALREADY;
  if (int error = prepare_slots()) return error;
  if (int error = ended.prepare(wanted.quarantine_bytes)) return error;
  int fd = wanted.box_fd >= 0 ? wanted.box_fd : box_fd_from_environment();
  std::uint64_t arena_bytes = wanted.arena_bytes > 0 ? wanted.arena_bytes : HEAPSTORM_BOX_DEFAULT_ARENA;
  if (int error = box.open(fd, arena_bytes)) return error;
  options = wanted;
  if (wanted.fail_only_tag_name != nullptr) options.fail_only_tag = box.intern(wanted.fail_only_tag_name);
  box.header()->features = features_of(options);
  format.check_key = box.header()->check_key;
  format.canary_key =
      std::rotl(format.check_key, 32) | 1u;  // The byte behind a block is odd: a string's zero is never like it.
  format.tail_bytes = options.stacks || options.canaries ? sizeof(heapstorm_block_tail) : 0;
  // A committed, zeroed, exclusive arena: no other heap of the process takes memory from it, ours take from nowhere
  // else.
  if (!mi_manage_os_memory_ex(box.arena(), box.arena_bytes(), true, false, true, -1, true, &arena)) return ENOMEM;
  first_possible_block = reinterpret_cast<std::uint64_t>(box.arena()) + sizeof(heapstorm_block_header);
  possible_blocks = (box.arena_bytes() - sizeof(heapstorm_block_header)) / 16;
  announce_arena(box.arena(), box.arena_bytes());
  pid = getpid();
  started = true;
  return 0;
}

bool ProcessHeaps::is_in_fork() const {
  return getpid() != pid;
}

}  // namespace heapstorm::heap
