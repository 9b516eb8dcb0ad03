#include "harness/plan/plan_writer.h"

#include <xxhash.h>

#include <array>
#include <charconv>
#include <memory>
#include <nlohmann/json.hpp>
#include <ostream>

#include "harness/base/check.h"

namespace heapstorm {

namespace {

constexpr std::size_t buffer_bytes = 64 * 1024;
// Longer texts are named by their step, or a million lines would repeat them.
constexpr std::size_t inline_text_bytes = 64;

std::string quoted(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string key_value(const char* key, std::uint64_t number) {
  return std::string("\"") + key + "\":" + std::to_string(number);
}

std::string times_of(Range range) {
  if (range.low == range.high) return key_value("times", range.low);
  return "\"times\":\"" + std::to_string(range.low) + ".." + std::to_string(range.high) + "\"";
}

struct StepText {
  std::string operator()(const OpenStep&) const { return "\"open\":{}"; }
  std::string operator()(const SendStep& send) const {
    return "\"send\":" + quoted(send.text) + "," + times_of(send.times);
  }
  std::string operator()(const RequestStep& request) const {
    return "\"request\":" + quoted(request.path) + "," + times_of(request.times);
  }
  std::string operator()(const LeaveStep& leave) const {
    std::string text;
    for (std::size_t kind = 0; kind < close_kind_count; ++kind) {
      text += text.empty() ? "" : ",";
      text += key_value(to_string(static_cast<CloseKind>(kind)), leave.weights[kind]);
    }
    return "\"leave\":{" + text + "}";
  }
};

struct FaultText {
  std::string operator()(const ClockTick& tick) const {
    const std::string period =
        tick.every_ms ? key_value("every_ms", *tick.every_ms) : key_value("every_opens", tick.every_opens.value_or(0));
    return "\"clock_tick\":{" + period + "," + key_value("step_s", tick.step_s) + "}";
  }
  // By name: numbers differ between systems.
  std::string operator()(const SignalFault& signal) const {
    const std::string when = signal.after_findings ? key_value("after_findings", *signal.after_findings)
                                                   : key_value("after_ms", signal.after_ms.value_or(0));
    return "\"signal\":{\"name\":" + quoted(signal.name) + "," + when + "}";
  }
};

std::string opening_of(const Step& step, std::size_t index) {
  const auto with = [&](const std::string& key, const std::string& text) {
    const std::string shown = quoted(text);
    const bool fits = shown.size() <= inline_text_bytes;
    return "{\"" + key + (fits ? "\":" + shown : "_step\":" + std::to_string(index)) + ",\"times\":";
  };
  if (const auto* send = std::get_if<SendStep>(&step)) return with("send", send->text);
  if (const auto* request = std::get_if<RequestStep>(&step)) return with("request", request->path);
  return "";
}

}  // namespace

PlanWriter::PlanWriter(const Plan& plan, const TextSink& sink) : plan_(plan), sink_(sink) {
  for (const Step& step : plan.load().session) openings_.push_back(opening_of(step, openings_.size()));
  buffer_.reserve(buffer_bytes + buffer_bytes / 4);
}

void PlanWriter::write() {
  write_header();
  write_steps();
  write_faults();
  PlannedConnection connection;
  for (std::uint64_t number = 1; number <= plan_.connection_count(); ++number) {
    plan_.connection_into(static_cast<std::uint32_t>(number), connection);
    write_connection(connection);
    if (buffer_.size() >= buffer_bytes) flush();
  }
  flush();
}

void PlanWriter::write_header() {
  const Load& load = plan_.load();
  buffer_ += "{\"plan\":1," + key_value("seed", plan_.seed()) + ",\"protocol\":\"" + to_string(load.protocol) + "\"," +
             key_value("connections", load.connections) + "," + key_value("concurrent", load.concurrent) +
             ",\"arrival\":\"" + to_string(load.arrival) + "\"";
  if (load.warm_up > 0) buffer_ += "," + key_value("warm_up", load.warm_up);
  buffer_ += "}\n";
}

void PlanWriter::write_steps() {
  std::size_t index = 0;
  for (const Step& step : plan_.load().session) {
    buffer_ += "{" + key_value("step", index++) + "," + std::visit(StepText{}, step) + "}\n";
  }
}

void PlanWriter::write_faults() {
  for (const Fault& fault : plan_.faults()) buffer_ += "{\"fault\":{" + std::visit(FaultText{}, fault) + "}}\n";
}

void PlanWriter::write_connection(const PlannedConnection& connection) {
  buffer_ += "{\"connection\":";
  write_number(connection.number);
  buffer_ += ",\"do\":[";
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
  if (action.kind == ActionKind::open) {
    buffer_ += "\"open\"";
  } else if (action.kind == ActionKind::leave) {
    buffer_ += "{\"leave\":\"";
    buffer_ += to_string(connection.close);
    buffer_ += "\"}";
  } else {
    buffer_ += openings_[action.step];
    write_number(times);
    buffer_ += '}';
  }
}

void PlanWriter::write_number(std::uint64_t number) {
  std::array<char, 20> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  buffer_.append(digits.data(), end);
}

void PlanWriter::flush() {
  sink_(buffer_);
  buffer_.clear();
}

void Plan::write_jsonl(std::ostream& out) const {
  const TextSink sink = [&](std::string_view text) {
    out.write(text.data(), static_cast<std::streamsize>(text.size()));
  };
  PlanWriter(*this, sink).write();
}

std::string Plan::hash() const {
  const std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)> state(XXH3_createState(), XXH3_freeState);
  HEAPSTORM_CHECK(state != nullptr);
  XXH3_128bits_reset(state.get());
  const TextSink sink = [&](std::string_view text) { XXH3_128bits_update(state.get(), text.data(), text.size()); };
  PlanWriter(*this, sink).write();
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
