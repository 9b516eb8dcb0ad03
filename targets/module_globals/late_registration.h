#pragma once

#include "targets/module_globals/resource_manager.h"

namespace heapstorm::targets::module_globals {

class LateRegistration final : public ResourceManager {
 public:
  using ResourceManager::ResourceManager;

 private:
  void give_to_live_threads(int id) override;
};

}  // namespace heapstorm::targets::module_globals
