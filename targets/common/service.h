// What a target family writes: a Service per worker thread. Beast stays behind this header (see http_session.cpp and
// websocket_session.cpp), so that a defect's file compiles in a second and shows the defect and nothing else.
//
//   class Echo : public heapstorm::target::Service { ... };
//   HEAPSTORM_TARGET("null", {{.name = "echo", .summary = "no defect", .make_module = make_module<Echo>}})
//
// Threads: a Service is created, called and destroyed on one worker thread only, with that thread's owner heap
// registered.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "harness/abi/target.h"

namespace heapstorm::target {

// What the host offers, as C++.
class Host {
 public:
  explicit Host(const heapstorm_host& host) : host_(&host) {}
  // Whole seconds since 1970 on the clock that the plan moves.
  std::int64_t clock_seconds() const { return host_->clock_seconds(); }
  void yield_point() const { host_->yield_point(); }
  std::uint32_t worker_count() const { return host_->worker_count; }
  // A parameter that the variant declares: the scenario's value, or else the default. Another name ends the process.
  std::int64_t parameter(const char* name) const { return host_->parameter(host_, name); }

 private:
  const heapstorm_host* host_;
};

// One connection as a Service sees it. Valid during the call it is passed to, and until `on_close` has returned.
class Connection {
 public:
  virtual ~Connection() = default;
  virtual std::uint32_t number() const = 0;  // the number of the plan if the client said it, else the accept count
  // Its socket's file descriptor, a number that no other open connection of the process has.
  virtual int descriptor() const = 0;
  // Queues one WebSocket message; the bytes are copied. Does nothing once the connection is closing.
  virtual void send(std::string_view message, bool text) = 0;
  virtual void close() = 0;
};

// How another thread has something done on a worker's thread. Any thread may use it, as long as it likes: it outlives
// its worker.
class Mailbox {
 public:
  virtual ~Mailbox() = default;
  // The worker calls `function` between two steps of its connections, in the order of posting. Once the worker has
  // stopped, `function` is dropped.
  virtual void post(std::function<void()> function) = 0;
};

struct Request {
  std::string_view method;
  std::string_view path;
  std::string_view body;
  bool upgrade;  // a WebSocket handshake
};

struct Response {
  unsigned status = 200;
  std::string content_type = "text/plain";
  std::string body;
};

// One per worker thread. Every default does what a plain echo server does.
class Service {
 public:
  virtual ~Service() = default;
  // The value of the Date header of one response or handshake. Copied before the next call. Empty: no Date header.
  virtual std::string_view date_header() { return {}; }
  virtual Response on_request(Connection& connection, const Request& request) {
    return {200, "text/plain", std::string(request.body)};
  }
  virtual void on_open(Connection& connection) {}
  virtual void on_message(Connection& connection, std::string_view message, bool text) {
    connection.send(message, text);
  }
  virtual void on_close(Connection& connection) {}
  // Before the first connection. `mailbox` is this worker's.
  virtual void on_start(std::shared_ptr<Mailbox> mailbox) {}
  // After the last connection. What other threads have posted until it returns is still run before the Service dies, so
  // wait here for those that still work for this one.
  virtual void on_stop() {}
};

// What all workers of one process share: the place for a family's module start-up and shut-down. Created before the
// first worker and destroyed after the last one, on the main thread.
class Module {
 public:
  virtual ~Module() = default;
  // On the worker's own thread.
  virtual std::unique_ptr<Service> start_worker(const Host& host, std::uint32_t index) = 0;
};

// A finding that a buggy variant leads to, as scenarios and reports write it: {"foreign_free", "date_header"}. Tag "":
// any.
struct ExpectedFinding {
  std::string kind;
  std::string tag;
};

// A number that a scenario may set (`target.parameters`), checked before the target starts.
struct Parameter {
  std::string name;
  std::string summary;  // with its unit
  std::int64_t default_value = 0;
  std::int64_t minimum = 0;
  std::int64_t maximum = 0;
};

struct Variant {
  std::string name;
  std::string summary;  // the defect in one line, or what makes it right
  std::string models;   // the issue or class of defects
  bool buggy = false;
  std::function<std::unique_ptr<Module>(const Host& host)> make_module;
  std::vector<ExpectedFinding> expects = {};
  std::vector<Parameter> parameters = {};
};

// A Module for variants whose whole state is the Service: `Service` is constructible from a const Host&.
template <typename ServiceType>
std::unique_ptr<Module> make_module(const Host&) {
  class Plain : public Module {
    std::unique_ptr<Service> start_worker(const Host& host, std::uint32_t) override {
      return std::make_unique<ServiceType>(host);
    }
  };
  return std::make_unique<Plain>();
}

// Builds the ABI's table; `variants` must stay alive as long as the plugin is loaded (a function-local static does).
const heapstorm_target* make_target_table(const char* family, const std::vector<Variant>& variants);

}  // namespace heapstorm::target

// Defines the plugin's one exported symbol. Use once for each family, outside any namespace.
#define HEAPSTORM_TARGET(family, ...)                                                                      \
  extern "C" __attribute__((visibility("default"))) const heapstorm_target* heapstorm_target_table(void) { \
    static const std::vector<heapstorm::target::Variant> variants __VA_ARGS__;                             \
    static const heapstorm_target* const table = heapstorm::target::make_target_table(family, variants);   \
    return table;                                                                                          \
  }
