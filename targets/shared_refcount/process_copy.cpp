#include <mutex>
#include <string>

#include "targets/shared_refcount/environment_module.h"
#include "targets/shared_refcount/variants.h"

namespace heapstorm::targets::shared_refcount {

namespace {

// Storage of the process keeps a copy of its own, in the process's memory, which any thread may free.
struct Environment {
  void set(const std::string& text) {
    const std::lock_guard lock(mutex);
    value = text;
  }
  std::string get() {
    const std::lock_guard lock(mutex);
    return value;
  }
  void clear() {
    const std::lock_guard lock(mutex);
    value.clear();
  }

  std::mutex mutex;
  std::string value;
};

}  // namespace

target::Variant describe_process_copy() {
  return {.name = "process_copy",
          .summary = "storage of the process keeps a copy in the process's memory",
          .models = "thread-mode class: putenv keeps a pointer into a thread's memory",
          .make_module = make_environment_module<Environment>};
}

}  // namespace heapstorm::targets::shared_refcount
