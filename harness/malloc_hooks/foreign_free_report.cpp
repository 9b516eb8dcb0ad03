#include "harness/malloc_hooks/foreign_free_report.h"

#include <sanitizer/allocator_interface.h>
#include <sanitizer/common_interface_defs.h>
#include <stdio.h>
#include <unistd.h>

#include <array>
#include <cstring>

#if defined(HEAPSTORM_TSAN)
#define HEAPSTORM_SANITIZER "ThreadSanitizer"
#else
#define HEAPSTORM_SANITIZER "AddressSanitizer"
#endif

namespace heapstorm::malloc_hooks {
namespace {

using Line = std::array<char, 1024>;

// By the only public function that writes a line where the sanitizer's reports go.
template <typename... Values>
void write_line(const char* format, Values... values) {
  Line line;
  snprintf(line.data(), line.size(), format, values...);
  __sanitizer_report_error_summary(line.data());
}

void write_frames(void* pc, int& number) {
  std::array<char, 4096> names{};
  __sanitizer_symbolize_pc(pc, "%p %F %L", names.data(), names.size() - 1);
  const char* const end = names.data() + names.size();
  for (const char* name = names.data(); name < end && *name != 0; name += std::strlen(name) + 1) {
    write_line("    #%d %s", number++, name);
  }
}

void write_stack(const CallStack& stack) {
  int number = 0;
  for (std::size_t i = 0; i < stack.size; ++i) write_frames(stack.pcs[i], number);
}

// As long as the thread lives, the kernel knows its name.
void write_name(const Thread& thread) {
  Line path;
  snprintf(path.data(), path.size(), "/proc/self/task/%d/comm", thread.os_number);
  FILE* const file = fopen(path.data(), "r");
  if (file == nullptr) {
    write_line("Thread T%u ended before", thread.number - 1);
    return;
  }
  std::array<char, 32> name{};
  const std::size_t size = fread(name.data(), 1, name.size() - 1, file);
  static_cast<void>(fclose(file));
  if (size > 0 && name[size - 1] == '\n') name[size - 1] = 0;
  write_line("Thread T%u '%s'", thread.number - 1, name.data());
}

}  // namespace

// In the form of the sanitizer's own reports, which harness/findings reads.
void write_report(const ForeignFree& foreign_free) {
  const void* const block = foreign_free.block;
  const unsigned owner = foreign_free.owner.number - 1, offender = foreign_free.offender.number - 1;
  const std::size_t size = __sanitizer_get_allocated_size(block);
  write_line("==%d==ERROR: HeapstormMallocHooks: foreign-free under " HEAPSTORM_SANITIZER, static_cast<int>(getpid()));
  write_line("free of %p by thread T%u:", block, offender);
  write_stack(foreign_free.free);
  write_line("%p is located 0 bytes inside of %zu-byte region [%p,%p)", block, size, block,
             static_cast<const void*>(static_cast<const char*>(block) + size));
  write_line("allocated by thread T%u here:", owner);
  write_stack(foreign_free.allocation);
  write_name(foreign_free.offender);
  write_name(foreign_free.owner);
  write_line("SUMMARY: HeapstormMallocHooks: block of %zu bytes: allocated by T%u, freed by T%u", size, owner,
             offender);
}

}  // namespace heapstorm::malloc_hooks
