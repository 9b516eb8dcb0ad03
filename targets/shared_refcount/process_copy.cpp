#include <mutex>
#include <string>

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

std::unique_ptr<target::Module> make_process_copy(const target::Host&) {
  return std::make_unique<EnvironmentModule>();
}

}  // namespace heapstorm::targets::shared_refcount
