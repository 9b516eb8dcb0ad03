// Joins the C++ interface (service.h) to the C table that target_host calls (harness/abi/target.h).
#include <cstdio>
#include <stdexcept>
#include <string_view>

#include "targets/common/service.h"
#include "targets/common/worker_loop.h"

namespace heapstorm::target {

namespace {

// What `create` returns.
struct Target {
  Host host;
  std::unique_ptr<Module> module;
};

const Variant* find_variant(const std::vector<Variant>& variants, std::string_view name) {
  for (const Variant& variant : variants) {
    if (variant.name == name) return &variant;
  }
  return nullptr;
}

// A variant's lists as C arrays, which its entry in the C table points to.
struct CLists {
  explicit CLists(const Variant& variant) {
    for (const ExpectedFinding& finding : variant.expects)
      expects.push_back({finding.kind.c_str(), finding.tag.c_str()});
    for (const Parameter& parameter : variant.parameters) {
      parameters.push_back({parameter.name.c_str(), parameter.summary.c_str(), parameter.default_value,
                            parameter.minimum, parameter.maximum});
    }
  }
  std::vector<heapstorm_expected_finding> expects;
  std::vector<heapstorm_parameter> parameters;
};

std::vector<CLists> lists_of(const std::vector<Variant>& variants) {
  return {variants.begin(), variants.end()};
}

// `lists` in the order of `variants`.
std::vector<heapstorm_variant> to_c(const std::vector<Variant>& variants, const std::vector<CLists>& lists) {
  std::vector<heapstorm_variant> table;
  for (const Variant& variant : variants) {
    const CLists& own = lists[table.size()];
    table.push_back({variant.name.c_str(), variant.summary.c_str(), variant.models.c_str(), variant.buggy ? 1 : 0,
                     own.expects.data(), own.parameters.data(), static_cast<std::uint32_t>(own.expects.size()),
                     static_cast<std::uint32_t>(own.parameters.size())});
  }
  return table;
}

// The plugin's table, set by the first call and constant from then on. The ABI's `create` names no table, and a plugin
// has only one, so a function-local static is what joins the two.
struct Table {
  const std::vector<Variant>& variants;
  const std::vector<CLists> c_lists;
  const std::vector<heapstorm_variant> c_variants;
  const heapstorm_target c_table;

  static const Table& get(const char* family = nullptr, const std::vector<Variant>* variants = nullptr) {
    static const Table table(family, *variants);
    return table;
  }

 private:
  Table(const char* family, const std::vector<Variant>& all_variants);
};

void* create(const heapstorm_host* c_host, const char* name) {
  const Variant* const variant = find_variant(Table::get().variants, name);
  if (variant == nullptr) return nullptr;
  const Host host(*c_host);
  return new Target{host, variant->make_module(host)};
}

void destroy(void* target) {
  delete static_cast<Target*>(target);
}

// Asio throws where the process has no descriptors left for its loop. To a C table that is a worker that did not start.
void* worker_start(void* opaque, std::uint32_t index) try {
  Target* const target = static_cast<Target*>(opaque);
  return new WorkerLoop(target->module->start_worker(target->host, index));
} catch (const std::runtime_error& error) {
  std::fprintf(stderr, "worker %u did not start: %s\n", static_cast<unsigned>(index), error.what());
  return nullptr;
}

void worker_run(void* worker) {
  static_cast<WorkerLoop*>(worker)->run();
}

void worker_stop(void* worker) {
  delete static_cast<WorkerLoop*>(worker);
}

void deliver(void* worker, int socket, std::uint32_t connection) {
  static_cast<WorkerLoop*>(worker)->deliver(socket, connection);
}

void worker_wake(void* worker) {
  static_cast<WorkerLoop*>(worker)->wake();
}

Table::Table(const char* family, const std::vector<Variant>& all_variants)
    : variants(all_variants),
      c_lists(lists_of(all_variants)),
      c_variants(to_c(all_variants, c_lists)),
      c_table{HEAPSTORM_TARGET_ABI,
              sizeof(heapstorm_target),
              family,
              c_variants.data(),
              static_cast<std::uint32_t>(c_variants.size()),
              create,
              worker_start,
              worker_run,
              worker_stop,
              deliver,
              worker_wake,
              destroy} {}

}  // namespace

const heapstorm_target* make_target_table(const char* family, const std::vector<Variant>& variants) {
  return &Table::get(family, &variants).c_table;
}

}  // namespace heapstorm::target
