// The family's server with a resource manager: its globals are a resource of which each worker has a copy. The module
// is loaded late, by the first message, as a PHP script may load an extension. Variants differ in the manager.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "targets/module_globals/globals_service.h"
#include "targets/module_globals/resource_manager.h"

namespace heapstorm::targets::module_globals {

class TsrmModule : public target::Module {
 public:
  explicit TsrmModule(std::unique_ptr<ResourceManager> manager) : manager_(std::move(manager)) {}
  std::unique_ptr<target::Service> start_worker(const target::Host& host, std::uint32_t index) override;

  ResourceManager& manager() { return *manager_; }
  // Registers the globals, the first time.
  int globals_id();

 private:
  const std::unique_ptr<ResourceManager> manager_;
  std::once_flag registered_;
  int id_ = 0;
};

// Those of every variant that has a resource manager.
std::vector<target::Parameter> tsrm_parameters();

// `Manager` is constructible from expected threads and expected resources, which are parameters.
template <typename Manager>
std::unique_ptr<target::Module> make_tsrm_module(const target::Host& host) {
  return std::make_unique<TsrmModule>(
      std::make_unique<Manager>(static_cast<std::size_t>(host.parameter("expected_threads")),
                                static_cast<std::size_t>(host.parameter("expected_resources"))));
}

}  // namespace heapstorm::targets::module_globals
