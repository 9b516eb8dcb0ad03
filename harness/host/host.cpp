#include "harness/host/host.h"

#include <fmt/format.h>
#include <sys/signalfd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <ctime>

#include "harness/host/control_cells.h"
#include "harness/host/descriptors.h"
#include "harness/host/fault_record.h"
#include "harness/host/plugin/parameters.h"
#include "harness/host/plugin/plugin.h"
#include "harness/host/worker_orders.h"
#include "harness/host/worker_pool.h"

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

// SIGTERM and SIGINT as a descriptor that poll can wait for: it becomes readable with the first of them and stays open
// until the process ends. SIGPIPE is ignored: a client that left is an error of a write. On the main thread before any
// other starts, so that all of them inherit the blocked signals.
Result<int> open_stop_signal() {
  std::signal(SIGPIPE, SIG_IGN);
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  const int descriptor = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
  if (descriptor < 0) return Error::environment(fmt::format("signalfd: {}", std::strerror(errno)));
  return descriptor;
}

Status start_heap(const HostOptions& options) {
  heapstorm_heap_options heap = options.heap;
  if (!options.fail_only_tag.empty()) heap.fail_only_tag_name = options.fail_only_tag.c_str();
  if (options.yield_points) heap.at_yield_point = carry_out_at_yield_point;
  const int error = heapstorm_heap_start(&heap);
  if (error != 0) return Error::environment(fmt::format("cannot start the owner heap: {}", std::strerror(error)));
  heapstorm_thread_register("main");
  return Success{};
}

Status accept_until_stopped(WorkerPool& workers, const HostOptions& options, int stop_descriptor) {
  Result<Acceptor> acceptor = Acceptor::listen(options.port);
  if (!acceptor) return acceptor.error();
  fill_descriptor_gaps();
  publish_listening(acceptor.value().port());
  fmt::print("listening on 127.0.0.1:{}\n", acceptor.value().port());
  std::fflush(stdout);
  WorkerOrders orders = WorkerOrders::from_environment();
  return acceptor.value().run(workers, options.dispatch, orders, stop_descriptor);
}

// Between the plugin's `create` and `destroy`.
int serve(const heapstorm_target& table, void* target, const HostOptions& options, int stop_descriptor) {
  WorkerPool workers(table, target);
  const bool started = workers.start(options.workers);
  const Status accepted = started ? accept_until_stopped(workers, options, stop_descriptor) : Status(Success{});
  publish_stage(HEAPSTORM_STAGE_STOPPING);
  workers.stop();
  if (!started) return fail(exit_target_failed, "a worker of the target did not start");
  return accepted ? exit_ok : fail(exit_environment, accepted.error().message);
}

// The table that the plugin gets, and what its functions need to know.
struct ServingHost : heapstorm_host {
  Parameters parameters;
};

std::int64_t parameter_of(const heapstorm_host* host, const char* name) {
  return static_cast<const ServingHost*>(host)->parameters.value(name);
}

int run_target(const Plugin& plugin, const Parameters& parameters, const HostOptions& options, int stop_descriptor) {
  const ServingHost host{{HEAPSTORM_TARGET_ABI, options.workers, clock_seconds, heapstorm_yield_point, parameter_of},
                         parameters};
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
  const Status heap = start_heap(options);
  if (!heap) return fail(exit_environment, heap.error().message);
  Plugin plugin;
  PluginError error;
  if (!load_plugin(options.plugin, plugin, error)) return fail(exit_bad_input, error.message);
  const heapstorm_variant* const variant = plugin.find_variant(options.variant);
  if (variant == nullptr) return fail(exit_bad_input, unknown_variant(plugin, options.variant));
  const Result<Parameters> parameters = Parameters::resolve(*variant, options.parameters);
  if (!parameters) return fail(exit_bad_input, parameters.error().message);
  heapstorm_modules_refresh();
  const AlternateStack alternate_stack;
  record_faults();
  return run_target(plugin, parameters.value(), options, stop_descriptor.value());
}

}  // namespace heapstorm::host
