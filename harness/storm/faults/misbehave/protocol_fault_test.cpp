// Each protocol fault as the server sees it, what the client sees the server answer, and that a fault of weight 0 is
// never seen.
#include <gtest/gtest.h>

#include <algorithm>

#include "harness/storm/testing/fault_judge.h"
#include "harness/storm/testing/small_storm.h"

namespace heapstorm {
namespace {

using test::load_of;
using test::message;

using Lines = std::vector<std::string>;

std::size_t index_of(ProtocolFault fault) {
  return static_cast<std::size_t>(fault);
}

std::vector<ProtocolFault> faults_of(Protocol protocol) {
  std::vector<ProtocolFault> faults;
  for (std::size_t index = 1; index < protocol_fault_count; ++index) {
    const auto fault = static_cast<ProtocolFault>(index);
    const Protocols protocols = rules_of(fault).protocols;
    if (protocol == Protocol::websocket || (protocol == Protocol::http && protocols.http)) faults.push_back(fault);
  }
  return faults;
}

MisbehaveStep misbehave(const std::vector<ProtocolFault>& faults) {
  MisbehaveStep step;
  for (const ProtocolFault fault : faults) step.weights[index_of(fault)] = 1;
  step.amounts[index_of(ProtocolFault::slow_write)] = {1, 1};
  step.amounts[index_of(ProtocolFault::ping_flood)] = {1, 50};
  return step;
}

Load load_with(Protocol protocol, const MisbehaveStep& step, std::uint32_t connections) {
  return load_of(protocol, connections, 16, {message(protocol), step, message(protocol)}, {.fin = 1});
}

// What the plan says that the server will see.
Lines planned_lines(const Load& load) {
  const Plan plan(load, {}, 7);
  Lines lines;
  for (std::uint32_t number = 1; number <= plan.connection_count(); ++number) {
    const PlannedConnection connection = plan.connection(number);
    const ProtocolFault fault = connection.fault;
    const bool shows_number =
        fault != ProtocolFault::slow_write && fault != ProtocolFault::slow_read && fault != ProtocolFault::invalid_utf8;
    const std::string name = to_string(fault);
    if (fault == ProtocolFault::none) {
      lines.push_back(name);
    } else {
      lines.push_back(name + " " + (shows_number ? std::to_string(connection.fault_amount) : "?"));
    }
  }
  std::sort(lines.begin(), lines.end());
  return lines;
}

struct Outcome {
  StormResult result;
  Lines seen;
};

Outcome run(const Load& load) {
  test::Server server(test::judge_faults);
  const StormResult result = test::storm(load, server.port());
  server.finish(load.connections);
  Lines seen = server.journal().lines();
  std::sort(seen.begin(), seen.end());
  return {result, seen};
}

std::map<std::string, std::uint64_t> answers_of(const InjectionCount& count) {
  std::map<std::string, std::uint64_t> answers;
  for (const auto& [answer, times] : count.answers) answers[to_string(answer)] = times;
  return answers;
}

// By what the test's server does.
std::string expected_answer(ProtocolFault fault) {
  if (fault == ProtocolFault::ping_flood) return "pong";
  if (fault == ProtocolFault::invalid_utf8) return "close 1007";
  switch (rules_of(fault).place) {
    case FaultPlace::whole_connection:
      return "served";
    case FaultPlace::opening:
      return "http 400";
    case FaultPlace::step:
      return "close 1002";
  }
  return "";
}

class EveryFault : public testing::TestWithParam<std::tuple<Protocol, ProtocolFault>> {};

TEST_P(EveryFault, IsSeenByTheServerAsPlannedAndItsAnswerByTheClient) {
  const auto [protocol, fault] = GetParam();
  constexpr std::uint32_t connections = 20;
  const Load load = load_with(protocol, misbehave({fault}), connections);
  const auto [result, seen] = run(load);
  EXPECT_EQ(seen, planned_lines(load));
  EXPECT_EQ(test::total_errors(result), 0U);
  const InjectionCount& count = result.faults[index_of(fault)];
  EXPECT_EQ(count.planned, connections);
  EXPECT_EQ(count.injected, connections);
  EXPECT_EQ(answers_of(count), (std::map<std::string, std::uint64_t>{{expected_answer(fault), connections}}));
}

TEST_P(EveryFault, NeverHappensAtWeightZero) {
  const auto [protocol, fault] = GetParam();
  auto others = faults_of(protocol);
  std::erase(others, fault);
  const Load load = load_with(protocol, misbehave(others), 60);
  const auto [result, seen] = run(load);
  const std::string name = std::string(to_string(fault)) + " ";
  EXPECT_TRUE(std::none_of(seen.begin(), seen.end(), [&](const std::string& line) { return line.starts_with(name); }));
  EXPECT_EQ(seen, planned_lines(load));
  EXPECT_EQ(result.faults[index_of(fault)].planned, 0U);
  EXPECT_EQ(result.faults[index_of(fault)].injected, 0U);
}

std::vector<std::tuple<Protocol, ProtocolFault>> all_cases() {
  std::vector<std::tuple<Protocol, ProtocolFault>> cases;
  for (const Protocol protocol : {Protocol::websocket, Protocol::http}) {
    for (const ProtocolFault fault : faults_of(protocol)) cases.emplace_back(protocol, fault);
  }
  return cases;
}

INSTANTIATE_TEST_SUITE_P(ProtocolFaults, EveryFault, testing::ValuesIn(all_cases()), [](const auto& injected) {
  return std::string(to_string(std::get<0>(injected.param))) + "_" + to_string(std::get<1>(injected.param));
});

TEST(ProtocolFaults, NoneIsAsIfThereWereNoSuchStep) {
  const Load load = load_with(Protocol::websocket, misbehave({ProtocolFault::none}), 20);
  const auto [result, seen] = run(load);
  EXPECT_EQ(seen, Lines(20, "none"));
  EXPECT_EQ(result.messages, 40U);
  EXPECT_EQ(test::closes(result, CloseKind::fin).injected, 20U);
}

TEST(ProtocolFaults, AConnectionWhoseFaultEndsItDoesNotLeaveByItsKind) {
  const Load load = load_with(Protocol::websocket, misbehave({ProtocolFault::bad_opcode}), 20);
  const StormResult result = run(load).result;
  EXPECT_EQ(result.messages, 20U);
  EXPECT_EQ(test::closes(result, CloseKind::fin).planned, 0U);
}

TEST(ProtocolFaults, TwoStormsOfOneSeedInjectTheSame) {
  auto every = faults_of(Protocol::websocket);
  every.push_back(ProtocolFault::none);
  const Load load = load_with(Protocol::websocket, misbehave(every), 100);
  EXPECT_EQ(Plan(load, {}, 7).hash(), Plan(load, {}, 7).hash());
  const auto [first, first_seen] = run(load);
  const auto [second, second_seen] = run(load);
  EXPECT_EQ(first_seen, second_seen);
  for (std::size_t fault = 0; fault < protocol_fault_count; ++fault) {
    EXPECT_EQ(first.faults[fault].injected, second.faults[fault].injected);
    EXPECT_EQ(first.faults[fault].injected, first.faults[fault].planned);
    EXPECT_EQ(first.faults[fault].answers, second.faults[fault].answers);
  }
}

// A server that does nothing about a fault, or something else, is told from one that ends the connection.
TEST(ProtocolFaults, WhatALaxServerDoesIsTold) {
  const auto answers_to = [](const test::Server::Handler& handler) {
    test::Server server(handler);
    const Load load = load_of(Protocol::websocket, 2, 2, {misbehave({ProtocolFault::reserved_bits})}, {.fin = 1});
    const StormResult result = test::storm(load, server.port());
    EXPECT_EQ(test::total_errors(result), 0U);
    return answers_of(result.faults[index_of(ProtocolFault::reserved_bits)]);
  };
  using Answers = std::map<std::string, std::uint64_t>;
  const auto then = [](const std::function<void(test::Peer&)>& react) {
    return [react](test::Peer& peer, test::Journal&) {
      peer.write(test::upgrade_response(peer.read_head()));
      peer.read_exactly(2 + 4 + 13);
      react(peer);
    };
  };
  EXPECT_EQ(answers_to(then([](test::Peer& peer) { peer.read_some(); })), (Answers{{"silence", 2}}));
  EXPECT_EQ(answers_to(then([](test::Peer& peer) { peer.write(test::server_frame(1, "fine")); })),
            (Answers{{"message", 2}}));
  EXPECT_EQ(answers_to(then([](test::Peer&) {})), (Answers{{"end", 2}}));
  EXPECT_EQ(answers_to(then([](test::Peer& peer) { test::reset(peer); })), (Answers{{"reset", 2}}));
  EXPECT_EQ(answers_to(then([](test::Peer& peer) { peer.write(test::server_frame(8, "")); })),
            (Answers{{"close 1005", 2}}));
}

}  // namespace
}  // namespace heapstorm
