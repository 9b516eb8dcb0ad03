#pragma once

#include "targets/module_globals/resource_manager.h"

namespace heapstorm::targets::module_globals {

class DestructorOnWrongThread final : public ResourceManager {
 public:
  using ResourceManager::ResourceManager;
  void end_thread(ThreadTable& table) override;
};

}  // namespace heapstorm::targets::module_globals
