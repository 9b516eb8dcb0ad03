#include <cstring>
#include <mutex>
#include <new>
#include <string>

#include "harness/heap/heap.h"
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

class EnvironmentService final : public target::Service {
 public:
  explicit EnvironmentService(Environment& environment) : environment_(environment) {}
  void on_open(target::Connection& connection) override {
    environment_.set("LATEST_CLIENT=" + std::to_string(connection.number()));
  }
  void on_message(target::Connection& connection, std::string_view, bool text) override {
    connection.send(environment_.get(), text);
  }

 private:
  Environment& environment_;
};

class EnvironmentModule final : public target::Module {
 public:
  ~EnvironmentModule() override { environment_.clear(); }
  std::unique_ptr<target::Service> start_worker(const target::Host&, std::uint32_t) override {
    return std::make_unique<EnvironmentService>(environment_);
  }

 private:
  Environment environment_;
};

}  // namespace

std::unique_ptr<target::Module> make_environment_pointer(const target::Host&) {
  return std::make_unique<EnvironmentModule>();
}

}  // namespace heapstorm::targets::shared_refcount
