#include "reports/json/finding_json.h"

#include <fmt/format.h>

namespace heapstorm {
namespace {

using Json = nlohmann::ordered_json;

// JSON numbers lose precision above 2^53, and people read addresses in hexadecimal.
std::string hexadecimal(std::uint64_t number) {
  return fmt::format("{:#x}", number);
}

Json stack_json(const std::vector<Frame>& stack) {
  Json frames = Json::array();
  for (const Frame& frame : stack) {
    frames.push_back({{"function", frame.function},
                      {"file", frame.file},
                      {"line", frame.line},
                      {"module", frame.module},
                      {"offset", hexadecimal(frame.offset)}});
  }
  return frames;
}

Json connection_json(const Side& side) {
  return side.connection ? Json(*side.connection) : Json(nullptr);
}

Json side_json(const Side& side) {
  return {{"thread", side.thread},
          {"slot", side.slot},
          {"generation", side.generation},
          {"exited", side.exited},
          {"connection", connection_json(side)},
          {"action", side.action},
          {"text", side.text},
          {"stack", stack_json(side.stack)}};
}

Json optional_side_json(const std::optional<Side>& side) {
  return side ? side_json(*side) : Json(nullptr);
}

Json block_json(const Block& block) {
  return {{"address", hexadecimal(block.address)},
          {"size", block.size},
          {"tag", block.tag},
          {"age_ms", block.age_ms},
          {"state", block.state}};
}

// When it was first seen, and what the offender was doing for which connection.
Json first_json(const Finding& finding) {
  Json first = {{"at_ms", finding.at_ms}, {"connection", nullptr}, {"action", ""}};
  if (finding.offender) {
    first["connection"] = connection_json(*finding.offender);
    first["action"] = finding.offender->action;
  }
  return first;
}

}  // namespace

Json to_json(const Finding& finding) {
  Json handoffs = Json::array();
  for (const Side& side : finding.handoffs) handoffs.push_back(side_json(side));
  Json json = {{"kind", finding.kind},
               {"fingerprint", finding.fingerprint},
               {"severity", finding.severity},
               {"count", finding.count},
               {"first", first_json(finding)},
               {"summary", finding.summary},
               {"block", finding.block ? block_json(*finding.block) : Json(nullptr)},
               {"owner", optional_side_json(finding.owner)},
               {"freed", optional_side_json(finding.freed)},
               {"offender", optional_side_json(finding.offender)},
               {"handoffs", std::move(handoffs)},
               {"held_by", finding.held_by.empty() ? Json(nullptr) : Json(finding.held_by)},
               {"source", finding.source},
               {"expected", finding.expected},
               {"damaged", finding.damaged}};
  for (const Witness& witness : finding.witnesses) {
    json["witnesses"].push_back({{"source", witness.source}, {"kind", witness.kind}});
  }
  return json;
}

}  // namespace heapstorm
