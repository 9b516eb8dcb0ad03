#include <fmt/core.h>

#include <array>
#include <charconv>

#include "harness/scenario/names.h"
#include "harness/scenario/sections.h"
#include "harness/scenario/string_rules.h"

namespace heapstorm::scenario {

namespace {

constexpr Bounds times_bounds{0, 100000};
constexpr Bounds weight_bounds{0, 1000000};

// All of `text` as a number without sign, space or leading zero.
std::optional<std::uint32_t> whole_number(std::string_view text) {
  std::uint32_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  const bool has_leading_zero = text.size() > 1 && text[0] == '0';
  if (text.empty() || stop != end || error != std::errc() || has_leading_zero) return std::nullopt;
  return number;
}

std::optional<Range> range_of(const std::string& text) {
  const auto dots = text.find("..");
  if (dots == std::string::npos) return std::nullopt;
  const auto low = whole_number(std::string_view(text).substr(0, dots));
  const auto high = whole_number(std::string_view(text).substr(dots + 2));
  if (!low || !high) return std::nullopt;
  return Range{*low, *high};
}

void check_range(const Node& node, Range range) {
  if (range.low > range.high) node.error(fmt::format("the range {}..{} is empty", range.low, range.high));
  if (range.high > times_bounds.high) node.error_expected(fmt::format("at most {}", times_bounds.high));
}

void read_times(const ObjectReader& object, Range& times) {
  const auto node = object.find("times");
  if (!node) return;
  if (node->value().is_number_integer()) {
    if (const auto number = node->integer(times_bounds)) times = {*number, *number};
    return;
  }
  const auto range = node->value().is_string() ? range_of(node->value().get<std::string>()) : std::nullopt;
  if (!range) return node->error_expected("an integer or a range like \"1..20\"");
  check_range(*node, *range);
  times = *range;
}

Step read_open(const Node& node) {
  const ObjectReader object(node, {});
  return OpenStep{};
}

Step read_send(const Node& node) {
  const ObjectReader object(node, {"text", "times"});
  SendStep step;
  object.require("text");
  object.read_string("text", any_text, step.text);
  read_times(object, step.times);
  return step;
}

Step read_request(const Node& node) {
  const ObjectReader object(node, {"path", "times"});
  RequestStep step;
  object.read_string("path", request_path, step.path);
  read_times(object, step.times);
  return step;
}

Step read_leave(const Node& node) {
  const ObjectReader object(node, {close_kind_names.begin(), close_kind_names.end()});
  LeaveStep step;
  bool some_weight = !object.is_object();  // then that is the mistake
  for (std::size_t kind = 0; kind < close_kind_count; ++kind) {
    const bool valid = object.read_integer(close_kind_names[kind], weight_bounds, step.weights[kind]);
    some_weight |= object.has(close_kind_names[kind]) && (!valid || step.weights[kind] > 0);
  }
  if (!some_weight) node.error("at least one way to leave needs a weight above 0");
  return step;
}

struct StepKind {
  std::string_view name;
  Step (*read)(const Node& content);
};
// In the order of the alternatives of Step.
constexpr std::array<StepKind, 4> step_kinds{
    {{"open", read_open}, {"send", read_send}, {"request", read_request}, {"leave", read_leave}}};

void check_open_is_first(const Node& node, const Step& step, bool first) {
  const bool is_open = std::holds_alternative<OpenStep>(step);
  if (first && !is_open) node.error("a session must start with {\"open\": {}}");
  if (!first && is_open) node.error("only the first step may be open");
}

void check_leave_is_last(const Node& node, const Step& step, bool last) {
  const bool is_leave = std::holds_alternative<LeaveStep>(step);
  if (last && !is_leave) node.error("a session must end with leave");
  if (!last && is_leave) node.error("only the last step may be leave");
}

void check_fits_protocol(const Choice& choice, const Step& step, Protocol protocol) {
  const Node& node = choice.content;
  if (std::holds_alternative<RequestStep>(step) && protocol != Protocol::http) {
    node.error("request steps need protocol \"http\"");
  }
  const auto* send = std::get_if<SendStep>(&step);
  if (send && protocol == Protocol::http) node.error("send steps need protocol \"tcp\" or \"websocket\"");
  // Nothing would be sent, and the client would wait for its answer.
  if (send && protocol == Protocol::tcp && node.value().is_object() && node.value().contains("text") &&
      send->text.empty() && node.value()["text"].is_string()) {
    node.member_error("text", "must not be empty with protocol \"tcp\"");
  }
  const auto* leave = std::get_if<LeaveStep>(&step);
  if (leave && protocol != Protocol::websocket &&
      leave->weights[static_cast<std::size_t>(CloseKind::close_frame)] > 0) {
    node.member_error("close_frame", "needs protocol \"websocket\"");
  }
}

}  // namespace

void read_session(const Node& node, std::optional<Protocol> protocol, std::vector<Step>& session) {
  const auto elements = node.elements();
  if (!elements) return;
  if (elements->empty()) return node.error("must hold at least the steps open and leave");
  std::vector<std::string_view> names;
  for (const StepKind& kind : step_kinds) names.push_back(kind.name);

  for (const Node& element : *elements) {
    const auto choice = read_choice(element, names);
    if (!choice) continue;
    const Step step = step_kinds[choice->index].read(choice->content);
    check_open_is_first(element, step, &element == &elements->front());
    check_leave_is_last(element, step, &element == &elements->back());
    if (protocol) check_fits_protocol(*choice, step, *protocol);
    session.push_back(step);
  }
}

}  // namespace heapstorm::scenario
