#include "harness/malloc_hooks/call_stack.h"

#include <execinfo.h>
#include <sanitizer/common_interface_defs.h>

#include <algorithm>
#include <cstdint>
#include <cstring>

#if defined(HEAPSTORM_ASAN)
#include <sanitizer/asan_interface.h>
#elif defined(HEAPSTORM_TSAN)
// In clang's run-time library, but in none of its headers.
extern "C" int __tsan_get_alloc_stack(void* block, void** trace, std::size_t size, int* thread,
                                      std::uint64_t* os_thread);
#endif

namespace heapstorm::malloc_hooks {
namespace {

constexpr std::size_t searched_frames = 12;

// Inlined functions stand behind one another, each with its 0, and an empty one ends them.
bool mentions(void* pc, const char* part) {
  std::array<char, 4096> names{};
  __sanitizer_symbolize_pc(pc, "%f %s", names.data(), names.size() - 1);
  const char* const end = names.data() + names.size();
  for (const char* name = names.data(); name < end && *name != 0; name += std::strlen(name) + 1) {
    if (std::strstr(name, part) != nullptr) return true;
  }
  return false;
}

}  // namespace

CallStack allocation_stack(void* block) {
  CallStack stack;
  [[maybe_unused]] int thread = 0;
#if defined(HEAPSTORM_ASAN)
  stack.size = __asan_get_alloc_stack(block, stack.pcs.data(), stack.pcs.size(), &thread);
#elif defined(HEAPSTORM_TSAN)
  std::uint64_t os_thread = 0;
  const int size = __tsan_get_alloc_stack(block, stack.pcs.data(), stack.pcs.size(), &thread, &os_thread);
  stack.size = static_cast<std::size_t>(std::max(size, 0));
#else
  static_cast<void>(block);
#endif
  return stack;
}

CallStack own_stack() {
  CallStack stack;
  stack.size = static_cast<std::size_t>(backtrace(stack.pcs.data(), static_cast<int>(stack.pcs.size())));
  return stack;
}

void drop_through(CallStack& stack, const char* part) {
  const auto end = stack.pcs.begin() + static_cast<std::ptrdiff_t>(stack.size);
  const auto last = std::find_if(stack.pcs.begin(), end, [part](void* pc) { return mentions(pc, part); });
  if (last == end) return;
  stack.size = static_cast<std::size_t>(std::copy(last + 1, end, stack.pcs.begin()) - stack.pcs.begin());
}

bool mentions(const CallStack& stack, const char* part) {
  const std::size_t searched = std::min(stack.size, searched_frames);
  return std::any_of(stack.pcs.begin(), stack.pcs.begin() + static_cast<std::ptrdiff_t>(searched),
                     [part](void* pc) { return mentions(pc, part); });
}

}  // namespace heapstorm::malloc_hooks
