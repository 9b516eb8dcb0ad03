// The control: no defect at all. It shows what the harness itself costs, and whether it cries wolf.
#include "targets/common/service.h"

namespace heapstorm::targets {

namespace {

// Every default of a Service is what an echo server does.
class Echo final : public target::Service {
 public:
  explicit Echo(const target::Host&) {}
};

target::Variant describe_echo() {
  return {.name = "echo",
          .summary = "no defect at all: the control",
          .models = "",
          .make_module = target::make_module<Echo>};
}

}  // namespace

}  // namespace heapstorm::targets

HEAPSTORM_TARGET("null", {heapstorm::targets::describe_echo()})
