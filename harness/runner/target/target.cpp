#include "harness/runner/target/target.h"

#include "harness/runner/target/external_target.h"
#include "harness/runner/target/hosted_target.h"

namespace heapstorm {

std::unique_ptr<Target> make_target(const Scenario& scenario, const RunOptions& options, const BlackBoxFile& box) {
  if (scenario.target.command) return std::make_unique<ExternalTarget>(scenario.target, options);
  return std::make_unique<HostedTarget>(scenario, options, box);
}

}  // namespace heapstorm
