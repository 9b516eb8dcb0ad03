// Joins the C++ interface (service.h) to the C table that target_host calls (harness/abi/target.h).
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

std::vector<heapstorm_variant> to_c(const std::vector<Variant>& variants) {
  std::vector<heapstorm_variant> table;
  for (const Variant& variant : variants) {
    table.push_back({variant.name.c_str(), variant.summary.c_str(), variant.models.c_str(), variant.buggy ? 1 : 0});
  }
  return table;
}

// The plugin's table, set by the first call and constant from then on. The ABI's `create` names no table, and a plugin
// has only one, so a function-local static is what joins the two.
struct Table {
  const std::vector<Variant>& variants;
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

void* worker_start(void* opaque, std::uint32_t index) {
  Target* const target = static_cast<Target*>(opaque);
  return new WorkerLoop(target->module->start_worker(target->host, index));
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
      c_variants(to_c(all_variants)),
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
