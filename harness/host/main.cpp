// target_host: loads one target plugin and serves one variant. The runner starts it; its command line is internal.
#include <CLI/CLI.hpp>
#include <map>
#include <string>

#include "harness/host/host.h"
#include "harness/host/plugin/describe.h"

namespace {

using heapstorm::host::Dispatch;
using heapstorm::host::HostOptions;

constexpr int exit_usage = 2;

const std::map<std::string, Dispatch> dispatches = {{"fd_modulo", Dispatch::fd_modulo},
                                                    {"round_robin", Dispatch::round_robin}};
const std::map<std::string, heapstorm_policy> policies = {{"report", HEAPSTORM_POLICY_REPORT},
                                                          {"abort", HEAPSTORM_POLICY_ABORT},
                                                          {"ignore", HEAPSTORM_POLICY_IGNORE},
                                                          {"corrupt", HEAPSTORM_POLICY_CORRUPT}};
const std::map<std::string, heapstorm_backend> backends = {{"mimalloc", HEAPSTORM_BACKEND_MIMALLOC},
                                                           {"system", HEAPSTORM_BACKEND_SYSTEM},
                                                           {"unchecked_mimalloc", HEAPSTORM_BACKEND_UNCHECKED_MIMALLOC},
                                                           {"unchecked_system", HEAPSTORM_BACKEND_UNCHECKED_SYSTEM}};

void add_serving_options(CLI::App& app, HostOptions& options) {
  CLI::Option* const plugin = app.add_option("--plugin", options.plugin, "the target's shared object");
  app.add_option("--variant", options.variant, "which variant of it to serve")->needs(plugin);
  app.add_option("--parameter", options.parameters, "NAME=VALUE: a parameter that the variant declares")
      ->allow_extra_args(false)
      ->needs(plugin);
  app.add_option("--workers", options.workers, "worker threads")->check(CLI::Range(1, 1024));
  app.add_option("--dispatch", options.dispatch, "which worker gets a connection")
      ->transform(CLI::CheckedTransformer(dispatches));
  app.add_option("--port", options.port, "TCP port on 127.0.0.1; 0: any free one");
}

void add_heap_options(CLI::App& app, heapstorm_heap_options& heap) {
  app.add_option("--policy", heap.policy, "after a violation")->transform(CLI::CheckedTransformer(policies));
  app.add_option("--backend", heap.backend, "where blocks come from")->transform(CLI::CheckedTransformer(backends));
  app.add_option("--stacks", heap.stacks, "record stacks")->check(CLI::Range(0, 1));
  app.add_option("--canaries", heap.canaries, "detect overflow and underflow")->check(CLI::Range(0, 1));
  app.add_option("--report-leaks", heap.report_leaks, "report what a thread leaves behind")->check(CLI::Range(0, 1));
  app.add_option("--quarantine-bytes", heap.quarantine_bytes, "freed memory held back for each thread");
}

void add_fault_options(CLI::App& app, HostOptions& options) {
  heapstorm_heap_options& heap = options.heap;
  const CLI::Range share(0, 65536);
  app.add_option("--perturb-seed", heap.perturb_seed, "of the draws that follow");
  app.add_option("--delay-probability", heap.delay_probability, "heap operations that sleep, of 65536")->check(share);
  app.add_option("--delay-us", heap.delay_us, "longest sleep");
  app.add_option("--yield-probability", heap.yield_probability, "heap operations that yield, of 65536")->check(share);
  app.add_option("--fail-nth", heap.fail_nth, "this allocation fails, counted from when it listens");
  app.add_option("--fail-probability", heap.fail_probability, "allocations that fail, of 65536")->check(share);
  app.add_option("--fail-only-tag", options.fail_only_tag, "only allocations of this tag fail");
  app.add_option("--yield-points", options.yield_points, "workers look for orders at heap operations, too")
      ->check(CLI::Range(0, 1));
}

}  // namespace

int main(int argc, char** argv) {
  HostOptions options;
  options.heap = heapstorm_heap_defaults();
  options.heap.only_while_listening = 1;
  options.heap.watch_whole_one_in = 1;  // A storm spends its time in the kernel and is there to find things.
  std::string described;
  CLI::App app("Serves one variant of a heapstorm target.", "target_host");
  CLI::Option* const describe = app.add_option("--describe", described, "print what a plugin offers as JSON, and exit");
  add_serving_options(app, options);
  add_heap_options(app, options.heap);
  add_fault_options(app, options);
  describe->excludes("--plugin");
  try {
    app.parse(argc, argv);
    if (!*describe && (options.plugin.empty() || options.variant.empty())) {
      throw CLI::RequiredError("--plugin with --variant, or --describe");
    }
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : exit_usage;
  }
  return *describe ? heapstorm::host::describe_plugin(described) : heapstorm::host::run_host(options);
}
