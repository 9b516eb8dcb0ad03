// A HostedTarget: a plugin in target_host, which writes the black box.
//
// Owned by one thread.
#pragma once

#include "harness/runner/target/target.h"

namespace heapstorm {

class HostedTarget final : public Target {
 public:
  // The plugin must exist. All must outlive it.
  HostedTarget(const Scenario& scenario, const RunOptions& options, const BlackBoxFile& box)
      : scenario_(scenario), options_(options), box_(box) {}

  TargetName name() const override { return {scenario_.target.plugin, scenario_.target.variant}; }
  TargetTraits traits() const override { return {.writes_black_box = true}; }
  Result<ProcessOptions> command() override;
  bool is_listening() override;
  std::uint32_t poll_ms() const override;
  Endpoint endpoint() const override { return Endpoint{.port = box_.port()}; }

 private:
  const Scenario& scenario_;
  const RunOptions& options_;
  const BlackBoxFile& box_;
};

// Its command line. `box_fd` is inherited.
ProcessOptions make_host_process(const Scenario& scenario, const RunOptions& options, int box_fd);

}  // namespace heapstorm
