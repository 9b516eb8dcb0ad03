// The agent: preloaded into a program, it hooks what its hook plan says before the program's main begins. Without a
// plan, or with one that it cannot read, it does nothing.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <cstdlib>
#include <span>

#include "harness/abi/hook_plan.h"
#include "harness/agent/entry/dispatch.h"
#include "harness/agent/hooks/hook.h"
#include "harness/agent/hooks/system_calls.h"
#include "harness/agent/loading/loaded_modules.h"

namespace heapstorm::agent {
namespace {

constexpr std::uint64_t nowhere = ~std::uint64_t{0};

struct MappedFile {
  void* at = nullptr;
  std::size_t bytes = 0;
};

// The descriptor is closed again: programs close what they do not know, and count what is open.
MappedFile map_file(const char* variable, int flags, int protection) {
  const char* const path = std::getenv(variable);
  if (path == nullptr) return {};
  const long file = system_call(SYS_openat, AT_FDCWD, as_argument(path), flags | O_CLOEXEC);
  if (file < 0) return {};
  struct stat status = {};
  const bool has_size = system_call(SYS_fstat, file, as_argument(&status)) == 0 && status.st_size > 0;
  const long mapped = has_size ? system_call(SYS_mmap, 0, status.st_size, protection, MAP_SHARED, file, 0) : -1;
  system_call(SYS_close, file);
  if (mapped < 0) return {};
  return {reinterpret_cast<void*>(mapped), static_cast<std::size_t>(status.st_size)};
}

struct HookPlan {
  std::span<const heapstorm_hook_module> modules;
  std::span<const heapstorm_hook_function> functions;
};

// Without functions if it is not one, or not one of this version.
HookPlan read_plan(const MappedFile& file) {
  const auto* const header = static_cast<const heapstorm_hook_plan*>(file.at);
  if (file.bytes < sizeof *header || header->magic != HEAPSTORM_HOOK_PLAN_MAGIC ||
      header->version != HEAPSTORM_HOOK_PLAN_VERSION) {
    return {};
  }
  const std::size_t modules = header->module_count, functions = header->function_count;
  if (modules > HEAPSTORM_HOOK_MODULES || functions > HEAPSTORM_HOOK_FUNCTIONS) return {};
  const auto* const first_module = reinterpret_cast<const heapstorm_hook_module*>(header + 1);
  const auto* const first_function = reinterpret_cast<const heapstorm_hook_function*>(first_module + modules);
  if (file.bytes != sizeof *header + modules * sizeof *first_module + functions * sizeof *first_function) return {};
  return {{first_module, modules}, {first_function, functions}};
}

Hook hooks[HEAPSTORM_HOOK_FUNCTIONS];

void install_all(const HookPlan& plan, heapstorm_hook_report* reports) {
  std::uint64_t bases[HEAPSTORM_HOOK_MODULES];
  for (std::uint64_t& base : bases) base = nowhere;
  find_bases(plan.modules, bases);
  std::size_t count = 0;
  std::size_t numbers[HEAPSTORM_HOOK_FUNCTIONS];
  for (std::size_t number = 0; number < plan.functions.size(); ++number) {
    const heapstorm_hook_function& function = plan.functions[number];
    if (function.module >= plan.modules.size() || bases[function.module] == nowhere) continue;
    const std::uint64_t base = bases[function.module];
    hooks[count] = {.moved = &function.moved,
                    .base = base,
                    .function = base + function.address,
                    .replacement = thunk_of(number),
                    .original = original_of(number)};
    numbers[count++] = number;
  }
  install({hooks, count});
  const auto pid = static_cast<std::uint32_t>(system_call(SYS_getpid));
  for (std::size_t i = 0; i < count && reports != nullptr; ++i) {
    reports[numbers[i]].state = hooks[i].state;
    reports[numbers[i]].pid = pid;
  }
}

__attribute__((constructor)) void begin() {
  const HookPlan plan = read_plan(map_file(HEAPSTORM_HOOK_PLAN_VARIABLE, O_RDONLY, PROT_READ));
  if (plan.functions.empty()) return;
  const MappedFile file = map_file(HEAPSTORM_HOOK_REPORT_VARIABLE, O_RDWR, PROT_READ | PROT_WRITE);
  const bool has_room = file.bytes >= plan.functions.size() * sizeof(heapstorm_hook_report);
  auto* const reports = has_room ? static_cast<heapstorm_hook_report*>(file.at) : nullptr;
  set_reports(reports);
  install_all(plan, reports);
}

}  // namespace
}  // namespace heapstorm::agent
