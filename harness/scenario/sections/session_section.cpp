#include <algorithm>
#include <array>

#include "harness/scenario/reading/range_reader.h"
#include "harness/scenario/reading/string_rules.h"
#include "harness/scenario/sections/sections.h"
#include "harness/scenario/sections/weights.h"

namespace heapstorm::scenario {

namespace {

constexpr Bounds times_bounds{0, 100000};
void read_times(const ObjectReader& object, Range& times) {
  if (const auto node = object.find("times")) read_range(*node, times_bounds, times);
}

Step read_open(const Node& node) {
  const ObjectReader object(node, {"path", "headers", "subprotocols"});
  OpenStep step;
  read_paths(object, step.paths);
  read_headers(object, step.headers);
  read_subprotocols(object, step.subprotocols);
  return step;
}

constexpr Bounds answers_bounds{0, 1000};
constexpr Bounds answer_bytes_bounds{1, 1'000'000'000};

void read_answer_form(const Node& node, AnswerForm& answer) {
  const auto choice = read_choice(node, {"bytes", "until"});
  if (!choice) return;
  if (choice->index == 0) {
    answer.bytes = choice->content.integer(answer_bytes_bounds).value_or(0);
  } else {
    answer.until = choice->content.string(answer_delimiter).value_or("");
  }
}

Step read_send(const Node& node) {
  const ObjectReader object(node, {"text", "times", "answers", "answer"});
  SendStep step;
  object.require("text");
  object.read_string("text", any_text, step.text);
  read_times(object, step.times);
  object.read_integer("answers", answers_bounds, step.answers);
  if (const auto answer = object.find("answer")) read_answer_form(*answer, step.answer);
  return step;
}

Step read_request(const Node& node) {
  const ObjectReader object(node, {"path", "times", "headers"});
  RequestStep step;
  step.paths.clear();  // the endpoint's, which is known later
  read_paths(object, step.paths);
  read_times(object, step.times);
  read_headers(object, step.headers);
  return step;
}

Step read_leave(const Node& node) {
  LeaveStep step;
  read_weights(node, close_kind_rules, "at least one way to leave needs a weight above 0", step);
  return step;
}

Step read_misbehave(const Node& node) {
  MisbehaveStep step;
  read_weights(node, protocol_fault_rules, "at least one fault, or \"none\", needs a weight above 0", step);
  return step;
}

struct StepKind {
  std::string_view name;
  Step (*read)(const Node& content);
};
// In the order of the alternatives of Step.
constexpr std::array<StepKind, 5> step_kinds{{{"open", read_open},
                                              {"send", read_send},
                                              {"request", read_request},
                                              {"leave", read_leave},
                                              {"misbehave", read_misbehave}}};

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

void check_open_fits(const Node& node, Protocol protocol) {
  if (protocol == Protocol::websocket || !node.value().is_object()) return;
  for (const char* key : {"path", "headers", "subprotocols"}) {
    if (!node.value().contains(key)) continue;
    node.member_error(key, "needs protocol \"websocket\": only its opening is a request");
  }
}

void check_send_fits(const Node& node, const SendStep& send, Protocol protocol) {
  if (protocol == Protocol::http) node.error("send steps need protocol \"tcp\" or \"websocket\"");
  if (!node.value().is_object()) return;
  if (protocol == Protocol::websocket && node.value().contains("answer")) {
    node.member_error("answer", "needs protocol \"tcp\": with \"websocket\" an answer is a message");
  }
  if (send.answers == 0 && node.value().contains("answer")) {
    node.member_error("answer", "needs \"answers\" above 0: none is awaited");
  }
  // Nothing would be sent, and the client would wait for its answer.
  if (protocol == Protocol::tcp && node.value().contains("text") && send.text.empty() &&
      node.value()["text"].is_string()) {
    node.member_error("text", "must not be empty with protocol \"tcp\"");
  }
}

void check_fits_protocol(const Choice& choice, const Step& step, Protocol protocol) {
  const Node& node = choice.content;
  if (std::holds_alternative<RequestStep>(step) && protocol != Protocol::http) {
    node.error("request steps need protocol \"http\"");
  }
  if (std::holds_alternative<OpenStep>(step)) check_open_fits(node, protocol);
  if (const auto* send = std::get_if<SendStep>(&step)) check_send_fits(node, *send, protocol);
  if (const auto* leave = std::get_if<LeaveStep>(&step)) check_kinds_fit(node, close_kind_rules, *leave, protocol);
  if (const auto* misbehave = std::get_if<MisbehaveStep>(&step)) {
    check_kinds_fit(node, protocol_fault_rules, *misbehave, protocol);
  }
}

bool is_misbehave(const Step& step) {
  return std::holds_alternative<MisbehaveStep>(step);
}

// One fault for a connection: of two, nobody could say which one the server answered.
void check_misbehaves_once(const Node& node, const Step& step, const std::vector<Step>& before) {
  if (is_misbehave(step) && std::any_of(before.begin(), before.end(), is_misbehave)) {
    node.error("only one step may be misbehave; it chooses among all faults by weight");
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
    check_misbehaves_once(element, step, session);
    if (protocol) check_fits_protocol(*choice, step, *protocol);
    session.push_back(step);
  }
}

}  // namespace heapstorm::scenario
