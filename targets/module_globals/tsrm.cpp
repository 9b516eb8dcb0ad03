#include "targets/module_globals/tsrm.h"

#include "targets/module_globals/variants.h"

namespace heapstorm::targets::module_globals {

namespace {

// Runs on the thread whose copy it is, when the thread ends, because what it frees belongs to that thread.
void destruct(void* copy) {
  const auto* const globals = static_cast<Globals*>(copy);
  if (globals->latest != nullptr) globals->latest->destroy();
}

class TsrmService final : public GlobalsService {
 public:
  explicit TsrmService(TsrmModule& module) : module_(module), table_(module.manager().start_thread()) {}
  ~TsrmService() override { module_.manager().end_thread(table_); }

 private:
  // TSRMG: through the thread's own table, without a lock.
  Globals* globals() override { return static_cast<Globals*>(table_.copy(module_.globals_id())); }

  TsrmModule& module_;
  ThreadTable& table_;
};

}  // namespace

std::unique_ptr<target::Service> TsrmModule::start_worker(const target::Host&, std::uint32_t) {
  return std::make_unique<TsrmService>(*this);
}

int TsrmModule::globals_id() {
  std::call_once(registered_, [this] { id_ = manager_->allocate_id(sizeof(Globals), nullptr, destruct); });
  return id_;
}

std::vector<target::Parameter> tsrm_parameters() {
  return {{"expected_threads", "threads that the resource manager makes room for at first", 1, 0, 1024},
          {"expected_resources", "resources that each thread's table has room for at first", 1, 0, 1024}};
}

target::Variant describe_tsrm() {
  return {.name = "tsrm",
          .summary = "a copy for each thread, made at registration or thread start, destroyed by its thread",
          .models = "TSRM (PHP's thread-safe resource manager)",
          .make_module = make_tsrm_module<ResourceManager>,
          .parameters = tsrm_parameters()};
}

}  // namespace heapstorm::targets::module_globals
