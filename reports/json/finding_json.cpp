#include "reports/json/finding_json.h"

#include <fmt/format.h>

#include "harness/findings/deeds.h"
#include "harness/findings/frame_origin.h"

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

Json side_json(const Finding& finding, SideRole role, const Side& side) {
  Json json = {{"thread", side.thread},
               {"slot", side.slot},
               {"generation", side.generation},
               {"exited", side.exited},
               {"connection", connection_json(side)},
               {"action", side.action},
               {"text", side.text},
               {"deed", deed_of(finding, role, side)},
               {"stack", stack_json(side.stack)}};
  if (const Frame* frame = reading_frame(side.stack)) json["place"] = frame - side.stack.data();
  if (side.stack_end != StackEnd::whole)
    json["stack_incomplete"] = side.stack_end == StackEnd::lost ? "lost" : "left_out";
  return json;
}

Json optional_side_json(const Finding& finding, SideRole role, const std::optional<Side>& side) {
  return side ? side_json(finding, role, *side) : Json(nullptr);
}

Json block_json(const Block& block) {
  const bool known = block.size.has_value();
  Json json = {{"address", hexadecimal(block.address)},
               {"size", known ? Json(*block.size) : Json(nullptr)},
               {"tag", known ? Json(block.tag) : Json(nullptr)},
               {"age_ms", known ? Json(block.age_ms) : Json(nullptr)},
               {"state", block.state}};
  if (!block.lies_in.empty()) json["lies_in"] = block.lies_in;
  return json;
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
  for (const Side& side : finding.handoffs) handoffs.push_back(side_json(finding, SideRole::handoff, side));
  Json json = {{"kind", finding.kind},
               {"fingerprint", finding.fingerprint},
               {"severity", finding.severity},
               {"count", finding.count},
               {"first", first_json(finding)},
               {"summary", finding.summary},
               {"block", finding.block ? block_json(*finding.block) : Json(nullptr)},
               {"owner", optional_side_json(finding, SideRole::owner, finding.owner)},
               {"freed", optional_side_json(finding, SideRole::freed, finding.freed)},
               {"offender", optional_side_json(finding, SideRole::offender, finding.offender)},
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
