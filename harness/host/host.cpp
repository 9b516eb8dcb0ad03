#include "harness/host/host.h"

#include <fmt/format.h>

#include <cstdio>
#include <cstring>
#include <ctime>
#include <system_error>

#include "harness/host/control_cells.h"
#include "harness/host/descriptors.h"
#include "harness/host/plugin.h"
#include "harness/host/stop_signal.h"

namespace heapstorm::host {

namespace {

constexpr int exit_ok = 0;
constexpr int exit_target_failed = 1;
constexpr int exit_bad_input = 2;
constexpr int exit_environment = 3;

int fail(int exit_code, const std::string& message) {
  fmt::print(stderr, "target_host: {}\n", message);
  return exit_code;
}

Status start_heap(const heapstorm_heap_options& options) {
  const int error = heapstorm_heap_start(&options);
  if (error != 0) return Error::environment(fmt::format("cannot start the owner heap: {}", std::strerror(error)));
  heapstorm_thread_register("main");
  return Success{};
}

// Wakes all before it joins any: a worker must not wait for its neighbour's end.
void stop_workers(Workers& workers) {
  for (const auto& worker : workers) worker->wake();
  for (const auto& worker : workers) worker->join();
}

// False: the system gave no further thread.
bool create_workers(Workers& workers, const heapstorm_target& table, void* target, std::uint32_t count) {
  try {
    while (workers.size() < count) {
      workers.push_back(std::make_unique<Worker>(table, target, static_cast<std::uint32_t>(workers.size())));
    }
  } catch (const std::system_error&) {
    return false;
  }
  return true;
}

bool start_workers(Workers& workers, const heapstorm_target& table, void* target, std::uint32_t count) {
  bool all_started = create_workers(workers, table, target, count);
  for (const auto& worker : workers) all_started = worker->wait_until_started() && all_started;
  return all_started;
}

Status accept_until_stopped(Workers& workers, const HostOptions& options, int stop_descriptor) {
  Result<Acceptor> acceptor = Acceptor::listen(options.port);
  if (!acceptor) return acceptor.error();
  fill_descriptor_gaps();
  publish_listening(acceptor.value().port());
  fmt::print("listening on 127.0.0.1:{}\n", acceptor.value().port());
  std::fflush(stdout);
  acceptor.value().run(workers, options.dispatch, stop_descriptor);
  return Success{};
}

// Between the plugin's `create` and `destroy`.
int serve(const heapstorm_target& table, void* target, const HostOptions& options, int stop_descriptor) {
  Workers workers;
  const bool started = start_workers(workers, table, target, options.workers);
  const Status accepted = started ? accept_until_stopped(workers, options, stop_descriptor) : Status(Success{});
  publish_stage(HEAPSTORM_STAGE_STOPPING);
  stop_workers(workers);
  if (!started) return fail(exit_target_failed, "a worker of the target did not start");
  return accepted ? exit_ok : fail(exit_environment, accepted.error().message);
}

int run_target(const Plugin& plugin, const HostOptions& options, int stop_descriptor) {
  const heapstorm_host host = {HEAPSTORM_TARGET_ABI, options.workers, clock_seconds, heapstorm_yield_point};
  void* const target = plugin.table->create(&host, options.variant.c_str());
  if (target == nullptr) return fail(exit_target_failed, "the target did not start");
  const int exit_code = serve(*plugin.table, target, options, stop_descriptor);
  plugin.table->destroy(target);
  heapstorm_thread_retire();
  publish_stage(HEAPSTORM_STAGE_STOPPED);
  return exit_code;
}

std::string unknown_variant(const Plugin& plugin, const std::string& name) {
  return fmt::format("{} has no variant '{}'; it has: {}", plugin.path, name, fmt::join(plugin.variant_names(), ", "));
}

}  // namespace

int run_host(const HostOptions& options) {
  const Result<int> stop_descriptor = open_stop_signal();
  if (!stop_descriptor) return fail(exit_environment, stop_descriptor.error().message);
  raise_descriptor_limit();
  tzset();  // Reads a file: now, and not when the first response is formatted, between two accepted connections.
  const Status heap = start_heap(options.heap);
  if (!heap) return fail(exit_environment, heap.error().message);
  Plugin plugin;
  PluginError error;
  if (!load_plugin(options.plugin, plugin, error)) return fail(exit_bad_input, error.message);
  if (!plugin.has_variant(options.variant)) return fail(exit_bad_input, unknown_variant(plugin, options.variant));
  heapstorm_modules_refresh();
  return run_target(plugin, options, stop_descriptor.value());
}

}  // namespace heapstorm::host
