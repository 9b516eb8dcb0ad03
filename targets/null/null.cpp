// The control: no defect at all. It shows what the harness itself costs, and whether it cries wolf.
#include "targets/common/service.h"

namespace heapstorm::targets {

namespace {

// Every default of a Service is what an echo server does.
class Echo final : public target::Service {
 public:
  explicit Echo(const target::Host&) {}
};

}  // namespace

}  // namespace heapstorm::targets

HEAPSTORM_TARGET("null", {{"echo", "no defect at all: the control", "", false,
                           heapstorm::target::make_module<heapstorm::targets::Echo>}})
