#include <cstring>
#include <mutex>
#include <new>
#include <string>

#include "harness/heap/heap.h"
#include "targets/shared_refcount/environment_module.h"
#include "targets/shared_refcount/variants.h"

namespace heapstorm::targets::shared_refcount {

namespace {

// DEFECT (process-wide storage that keeps a pointer into a thread's memory, as putenv does): the variable's value is a
// block of the worker that set it. Connection 1 makes worker A set it; connection 2, on worker B, sets it again and
// frees the value of before there. The lock makes it no better, because what is wrong is the owner and not the order.
// Expected finding: foreign_free, tag environment, owner A, offender B. If A has ended meanwhile, and when the main
// thread clears the environment at the end: owner_exited_free.
struct Environment {
  void set(const std::string& text) {
    const std::lock_guard lock(mutex);
    heapstorm_free(value);
    value = static_cast<char*>(heapstorm_allocate(text.size() + 1, heapstorm_name("environment")));
    if (value == nullptr) throw std::bad_alloc();
    std::memcpy(value, text.c_str(), text.size() + 1);
  }
  std::string get() {
    const std::lock_guard lock(mutex);
    return value == nullptr ? "" : value;
  }
  void clear() {
    const std::lock_guard lock(mutex);
    heapstorm_free(value);
    value = nullptr;
  }

  std::mutex mutex;
  char* value = nullptr;
};

}  // namespace

target::Variant describe_environment_pointer() {
  return {.name = "environment_pointer",
          .summary = "storage of the process keeps a pointer to a block of one thread, under a lock",
          .models = "thread-mode class: putenv keeps a pointer into a thread's memory",
          .buggy = true,
          .make_module = make_environment_module<Environment>,
          .expects = {{"foreign_free", "environment"}}};
}

}  // namespace heapstorm::targets::shared_refcount
