#pragma once

#include "targets/module_globals/globals_service.h"

namespace heapstorm::targets::module_globals {

class ProcessGlobal final : public GlobalsService {
 public:
  explicit ProcessGlobal(const target::Host&) {}

 private:
  Globals* globals() override;
};

}  // namespace heapstorm::targets::module_globals
