// Writes a plan as JSON lines. These bytes are what the plan's hash is taken over: a change here changes every hash, so
// it needs a new number in the header line.

#include <xxhash.h>

#include <array>
#include <charconv>
#include <cstddef>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/check.h"
#include "harness/plan/plan.h"

namespace heapstorm {

namespace {

constexpr std::size_t buffer_bytes = 64 * 1024;
constexpr std::size_t first_close_kinds = 3;
// Longer texts are named by their step, or a million lines would repeat them.
constexpr std::size_t inline_text_bytes = 64;

std::string quoted(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string key_value(const char* key, std::uint64_t number) {
  return std::string("\"") + key + "\":" + std::to_string(number);
}

std::string key_range(const char* key, Range range) {
  if (range.low == range.high) return key_value(key, range.low);
  return std::string("\"") + key + "\":\"" + std::to_string(range.low) + ".." + std::to_string(range.high) + "\"";
}

std::string times_of(Range range) {
  return key_range("times", range);
}

std::string kind_text(const FaultRules& rules, std::uint32_t weight, Range amount) {
  if (rules.amount.name == nullptr) return key_value(rules.name, weight);
  return std::string("\"") + rules.name + "\":{" + key_value("weight", weight) + "," +
         key_range(rules.amount.name, amount) + "}";
}

// Kinds of weight 0 are left out, so that a new kind does not change the plans without it; but for the `always` first
// ones, which old plans name.
template <std::size_t count>
std::string kinds_text(const WeightedFaults<count>& faults, const std::array<FaultRules, count>& rules,
                       std::size_t always) {
  std::string text;
  for (std::size_t kind = 0; kind < count; ++kind) {
    if (kind >= always && faults.weights[kind] == 0) continue;
    text += (text.empty() ? "" : ",") + kind_text(rules[kind], faults.weights[kind], faults.amounts[kind]);
  }
  return "{" + text + "}";
}

std::string strings_text(const std::vector<std::string>& strings) {
  std::string text;
  for (const std::string& string : strings) text += (text.empty() ? "" : ",") + quoted(string);
  return "[" + text + "]";
}

std::string paths_text(const std::vector<std::string>& paths) {
  return paths.size() == 1 ? quoted(paths.front()) : strings_text(paths);
}

std::string headers_text(const Headers& headers) {
  std::string text;
  for (const auto& [name, value] : headers) text += (text.empty() ? "" : ",") + quoted(name) + ":" + quoted(value);
  return "{" + text + "}";
}

// What is as always is left out, so that plans from before these words keep their hash.
std::string answers_text(const SendStep& send) {
  std::string text;
  if (send.answers != 1) text += "," + key_value("answers", send.answers);
  if (send.answer.bytes > 0) text += ",\"answer\":{" + key_value("bytes", send.answer.bytes) + "}";
  if (!send.answer.until.empty()) text += ",\"answer\":{\"until\":" + quoted(send.answer.until) + "}";
  return text;
}

struct StepText {
  std::string operator()(const OpenStep& open) const {
    std::string text;
    const auto add = [&](const char* key, const std::string& value) {
      text += std::string(text.empty() ? "\"" : ",\"") + key + "\":" + value;
    };
    if (!open.paths.empty()) add("path", paths_text(open.paths));
    if (!open.headers.empty()) add("headers", headers_text(open.headers));
    if (!open.subprotocols.empty()) add("subprotocols", strings_text(open.subprotocols));
    return "\"open\":{" + text + "}";
  }
  std::string operator()(const SendStep& send) const {
    return "\"send\":" + quoted(send.text) + "," + times_of(send.times) + answers_text(send);
  }
  std::string operator()(const RequestStep& request) const {
    const std::string headers = request.headers.empty() ? "" : ",\"headers\":" + headers_text(request.headers);
    return "\"request\":" + paths_text(request.paths) + "," + times_of(request.times) + headers;
  }
  std::string operator()(const LeaveStep& leave) const {
    return "\"leave\":" + kinds_text(leave, close_kind_rules, first_close_kinds);
  }
  std::string operator()(const MisbehaveStep& misbehave) const {
    return "\"misbehave\":" + kinds_text(misbehave, protocol_fault_rules, 0);
  }
};

// What the fault has been given, in the order of its parameters. Signals by name: numbers differ between systems.
std::string fault_text(const Fault& fault) {
  const FaultTraits& traits = fault.kind->traits();
  std::string values;
  for (const Parameter& parameter : traits.parameters) {
    const std::string separator = values.empty() ? "" : ",";
    if (const auto number = fault.values.number(parameter.name)) {
      values += separator + key_value(std::string(parameter.name).c_str(), *number);
    } else if (const auto text = fault.values.text(parameter.name)) {
      values += separator + "\"" + std::string(parameter.name) + "\":" + quoted(*text);
    }
  }
  return "\"" + std::string(traits.name) + "\":{" + values + "}";
}

std::string phase_text(const ArrivalPhase& phase) {
  if (phase.burst > 0) return key_value("burst", phase.burst);
  std::string text = key_value("rate_per_s", phase.from_per_s);
  if (phase.to_per_s != phase.from_per_s) text += "," + key_value("to_per_s", phase.to_per_s);
  if (phase.for_ms) text += "," + key_value("for_ms", *phase.for_ms);
  return text;
}

// `count`: how many such texts the step has.
std::string named_by_step(const char* key, const std::string& text, std::size_t step, std::size_t choice,
                          std::size_t count) {
  const std::string shown = quoted(text);
  if (shown.size() <= inline_text_bytes) return std::string("{\"") + key + "\":" + shown;
  const std::string which = count > 1 ? "," + key_value("choice", choice) : "";
  return std::string("{\"") + key + "_step\":" + std::to_string(step) + which;
}

std::vector<std::string> openings_of(const Step& step, std::size_t index) {
  const auto each = [&](const char* key, const std::vector<std::string>& texts, const char* end) {
    std::vector<std::string> openings;
    for (std::size_t i = 0; i < texts.size(); ++i) {
      openings.push_back(named_by_step(key, texts[i], index, i, texts.size()) + end);
    }
    return openings;
  };
  if (const auto* send = std::get_if<SendStep>(&step)) return each("send", {send->text}, ",\"times\":");
  if (const auto* request = std::get_if<RequestStep>(&step)) return each("request", request->paths, ",\"times\":");
  const auto* open = std::get_if<OpenStep>(&step);
  if (open != nullptr && open->paths.size() > 1) return each("open", open->paths, "}");
  return {"\"open\""};
}

// Receives the text piece by piece, some 64 KiB at a time. False: it wants no more.
using TextSink = std::function<bool(std::string_view)>;

class PlanWriter {
 public:
  // Both must outlive the writer.
  PlanWriter(const Plan& plan, const TextSink& sink);

  // Writes all of it, or as much as the sink wants. Call once.
  void write();

 private:
  void write_header();
  void write_sessions();
  void write_steps(const SessionPart& part);
  void write_phases();
  void write_faults();
  void write_connection(const PlannedConnection& connection);
  void write_action(const PlannedConnection& connection, const PlannedAction& action, std::size_t times);
  void write_fault(const char* key, const FaultRules& rules, std::uint32_t amount);
  void write_number(std::uint64_t number);
  bool flush();

  const Plan& plan_;
  const TextSink& sink_;
  // For each step, and each path that it may choose, what its action looks like up to the number:
  // `{"send":"y\n","times":`; of an open, the whole action. Made once, because there is one for each action of a
  // million connections.
  std::vector<std::vector<std::string>> openings_;
  std::string buffer_;
};

PlanWriter::PlanWriter(const Plan& plan, const TextSink& sink) : plan_(plan), sink_(sink) {
  for (const Step& step : plan.load().session) openings_.push_back(openings_of(step, openings_.size()));
  buffer_.reserve(buffer_bytes + buffer_bytes / 4);
}

void PlanWriter::write() {
  write_header();
  write_phases();
  write_sessions();
  write_faults();
  PlannedConnection connection;
  for (std::uint64_t number = 1; number <= plan_.connection_count(); ++number) {
    plan_.connection_into(static_cast<std::uint32_t>(number), connection);
    write_connection(connection);
    if (buffer_.size() >= buffer_bytes && !flush()) return;
  }
  flush();
}

void PlanWriter::write_header() {
  const Load& load = plan_.load();
  buffer_ += "{\"plan\":1," + key_value("seed", plan_.seed()) + ",\"protocol\":\"" + to_string(load.protocol) + "\"," +
             key_value("connections", load.connections) + "," + key_value("concurrent", load.concurrent) +
             ",\"arrival\":\"" + to_string(load.arrival) + "\"";
  if (load.warm_up > 0) buffer_ += "," + key_value("warm_up", load.warm_up);
  if (load.until) buffer_ += std::string(",\"until\":\"") + to_string(*load.until) + "\"";
  if (load.held > 0) buffer_ += "," + key_value("held", load.held);
  buffer_ += "}\n";
}

void PlanWriter::write_phases() {
  for (const ArrivalPhase& phase : plan_.load().phases) buffer_ += "{\"phase\":{" + phase_text(phase) + "}}\n";
}

void PlanWriter::write_sessions() {
  std::size_t number = 0;
  for (const SessionPart& part : plan_.sessions()) {
    ++number;
    if (plan_.sessions().size() > 1) {
      buffer_ += "{" + key_value("session", number) + "," + key_value("weight", part.weight) + "}\n";
    }
    write_steps(part);
  }
}

void PlanWriter::write_steps(const SessionPart& part) {
  for (std::uint32_t step = part.first; step < part.first + part.count; ++step) {
    buffer_ += "{" + key_value("step", step) + "," + std::visit(StepText{}, plan_.load().session[step]) + "}\n";
  }
}

void PlanWriter::write_faults() {
  for (const Fault& fault : plan_.faults()) buffer_ += "{\"fault\":{" + fault_text(fault) + "}}\n";
}

void PlanWriter::write_connection(const PlannedConnection& connection) {
  buffer_ += "{\"connection\":";
  write_number(connection.number);
  if (plan_.load().arrival == Arrival::open && connection.number > plan_.load().held) {
    buffer_ += ",\"at_us\":";
    write_number(plan_.start_us(connection.number));
  }
  if (plan_.sessions().size() > 1) {
    buffer_ += ",\"session\":";
    write_number(connection.session + 1);
  }
  buffer_ += ",\"do\":[";
  if (rules_of(connection.fault).place == FaultPlace::whole_connection) {
    write_fault("misbehave", rules_of(connection.fault), connection.fault_amount);
    buffer_ += ',';
  }
  const auto& actions = connection.actions;
  for (std::size_t first = 0; first < actions.size();) {
    std::size_t next = first + 1;
    while (next < actions.size() && actions[next] == actions[first]) ++next;
    if (first > 0) buffer_ += ',';
    write_action(connection, actions[first], next - first);
    first = next;
  }
  buffer_ += "]}\n";
}

void PlanWriter::write_action(const PlannedConnection& connection, const PlannedAction& action, std::size_t times) {
  switch (action.kind) {
    case ActionKind::open:
      buffer_ += connection.spoils_opening() ? "\"connect\"" : openings_[action.step][action.choice];
      return;
    case ActionKind::hold:
      buffer_ += "\"hold\"";
      return;
    case ActionKind::leave:
      return write_fault("leave", rules_of(connection.close), connection.close_amount);
    case ActionKind::misbehave:
      return write_fault("misbehave", rules_of(connection.fault), connection.fault_amount);
    case ActionKind::send:
    case ActionKind::request:
      buffer_ += openings_[action.step][action.choice];
      write_number(times);
      buffer_ += '}';
      return;
  }
}

void PlanWriter::write_fault(const char* key, const FaultRules& rules, std::uint32_t amount) {
  buffer_.append("{\"").append(key).append("\":\"").append(rules.name).append("\"");
  if (rules.amount.name != nullptr) {
    buffer_.append(",\"").append(rules.amount.name).append("\":");
    write_number(amount);
  }
  buffer_ += '}';
}

void PlanWriter::write_number(std::uint64_t number) {
  std::array<char, 20> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  buffer_.append(digits.data(), end);
}

bool PlanWriter::flush() {
  const bool goes_on = sink_(buffer_);
  buffer_.clear();
  return goes_on;
}

}  // namespace

void Plan::write_jsonl(std::ostream& out, const std::stop_token& stop) const {
  const TextSink sink = [&](std::string_view text) {
    out.write(text.data(), static_cast<std::streamsize>(text.size()));
    return out.good() && !stop.stop_requested();
  };
  PlanWriter(*this, sink).write();
}

std::string Plan::hash(const std::stop_token& stop) const {
  const std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)> state(XXH3_createState(), XXH3_freeState);
  HEAPSTORM_CHECK(state != nullptr);
  XXH3_128bits_reset(state.get());
  const TextSink sink = [&](std::string_view text) {
    XXH3_128bits_update(state.get(), text.data(), text.size());
    return !stop.stop_requested();
  };
  PlanWriter(*this, sink).write();
  if (stop.stop_requested()) return "";
  XXH128_canonical_t canonical;  // big-endian, the same digits on every machine
  XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(state.get()));
  std::string text;
  for (const unsigned char byte : canonical.digest) {
    constexpr const char* digits = "0123456789abcdef";
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

}  // namespace heapstorm
