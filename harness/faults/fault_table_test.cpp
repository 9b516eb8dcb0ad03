// What holds for every row of the table.
#include "harness/faults/fault_table.h"

#include <gtest/gtest.h>

#include <set>

#include "harness/faults/testing/fault_of.h"

namespace heapstorm {
namespace {

TEST(FaultTable, NamesEachKindAndEachParameterOnce) {
  std::set<std::string_view> kinds, series;
  for (const FaultKind* kind : fault_kinds()) {
    const FaultTraits& traits = kind->traits();
    EXPECT_TRUE(kinds.insert(traits.name).second) << traits.name;
    EXPECT_FALSE(traits.effect.empty());
    EXPECT_TRUE(traits.series.empty() || series.insert(traits.series).second) << traits.series;
    std::set<std::string_view> parameters;
    for (const Parameter& parameter : traits.parameters) {
      EXPECT_TRUE(parameters.insert(parameter.name).second) << traits.name << ": " << parameter.name;
    }
    for (const auto& [left, right] : traits.alternatives) {
      EXPECT_TRUE(parameters.contains(left) && parameters.contains(right)) << traits.name;
    }
  }
}

TEST(FaultTable, NumbersHaveBoundsThatHoldTheirUsualValue) {
  for (const FaultKind* kind : fault_kinds()) {
    for (const Parameter& parameter : kind->traits().parameters) {
      if (parameter.type != Parameter::Type::number) continue;
      EXPECT_LT(parameter.min, parameter.max) << parameter.name;
      if (!parameter.usual) continue;
      EXPECT_GE(*parameter.usual, parameter.min) << parameter.name;
      EXPECT_LE(*parameter.usual, parameter.max) << parameter.name;
    }
  }
}

TEST(FaultTable, EachKindHappensInOnePlace) {
  for (const FaultKind* kind : fault_kinds()) {
    const bool in_heap = kind->traits().site == InjectionSite::in_heap;
    EXPECT_EQ(kind->make_injector(test::fault_of(kind->traits().name).values) == nullptr, in_heap)
        << kind->traits().name;
  }
}

TEST(FaultTable, ADeathByASignalThatWasSentWasSeen) {
  const Fault kill = test::fault_of("signal", {{"name", "SIGKILL"}, {"after_ms", 1}});
  EXPECT_EQ(kill.kind->observed(kill.values, {.target = nullptr, .death_signal = 9, .injected = 1}), 1u);
  EXPECT_FALSE(kill.kind->observed(kill.values, {.target = nullptr, .death_signal = 9, .injected = 0}));
  EXPECT_FALSE(kill.kind->observed(kill.values, {.target = nullptr, .death_signal = 11, .injected = 1}));
}

TEST(FaultTable, WhatATargetWithoutCountsMetIsNotKnown) {
  for (const char* name : {"clock_tick", "clock_jump", "worker_restart", "worker_stall", "descriptor_exhaustion"}) {
    const Fault fault = test::fault_of(name);
    EXPECT_FALSE(fault.kind->observed(fault.values, {})) << name;
    heapstorm_box_control none{};
    EXPECT_EQ(fault.kind->observed(fault.values, {.target = &none, .death_signal = {}}), 0u) << name;
  }
}

TEST(FaultTable, APlanHasWhatFallsDueInItsStorm) {
  const auto planned = [](const Fault& fault) { return fault.kind->planned(fault.values, {10, 1000}); };
  EXPECT_EQ(planned(test::fault_of("clock_tick", {{"every_ms", 100}})), 10u);
  EXPECT_EQ(planned(test::fault_of("worker_stall", {{"every_opens", 3}})), 3u);  // after the 3rd, the 6th and the 9th
  EXPECT_EQ(planned(test::fault_of("worker_stall", {{"every_opens", 3}, {"times", 2}})), 2u);
  EXPECT_EQ(planned(test::fault_of("signal", {{"name", "SIGHUP"}, {"after_findings", 5}})), 1u);
}

}  // namespace
}  // namespace heapstorm
