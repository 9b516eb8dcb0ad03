// An echo server that keeps one variable of the process's environment: what environment_pointer and its fix share.
// `Environment` has set(text), get() and clear(), which any thread may call.
#pragma once

#include <memory>
#include <string>

#include "targets/common/service.h"

namespace heapstorm::targets::shared_refcount {

template <typename Environment>
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

template <typename Environment>
class EnvironmentModule final : public target::Module {
 public:
  ~EnvironmentModule() override { environment_.clear(); }
  std::unique_ptr<target::Service> start_worker(const target::Host&, std::uint32_t) override {
    return std::make_unique<EnvironmentService<Environment>>(environment_);
  }

 private:
  Environment environment_;
};

template <typename Environment>
std::unique_ptr<target::Module> make_environment_module(const target::Host&) {
  return std::make_unique<EnvironmentModule<Environment>>();
}

}  // namespace heapstorm::targets::shared_refcount
