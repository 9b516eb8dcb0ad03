// target.command: a server that is a command line of the user's.
#include <algorithm>
#include <array>
#include <regex>
#include <string>

#include "harness/scenario/reading/endpoint.h"
#include "harness/scenario/reading/string_rules.h"
#include "harness/scenario/sections/sections.h"

namespace heapstorm::scenario {

namespace {

void read_words(const Node& node, std::vector<std::string>& words) {
  const auto elements = node.elements();
  if (!elements) return;
  if (elements->empty()) return node.error("must hold at least the program");
  for (const Node& element : *elements) {
    const StringRule& rule = &element == &elements->front() ? program_word : command_word;
    if (auto word = element.string(rule)) words.push_back(std::move(*word));
  }
}

void read_environment(const Node& node, std::vector<std::pair<std::string, std::string>>& environment) {
  if (!node.value().is_object()) return node.error_expected("an object");
  for (const auto& [name, value] : node.value().items()) {
    if (!variable_name.accepts(name)) {
      node.member_error(name, "is no name of a variable: letters, digits and _, no digit first");
    }
    if (auto text = node.member(name).string(command_word)) environment.emplace_back(name, std::move(*text));
  }
}

// Compiled as it will be, with some port filled in.
bool is_expression(std::string text) try {
  for (std::size_t at; (at = text.find(port_placeholder)) != std::string::npos;) {
    text.replace(at, port_placeholder.size(), 1, '1');
  }
  const std::regex expression(text);
  return true;
} catch (const std::regex_error&) {
  return false;
}

void read_line_sign(const Node& node, ReadySign& ready) {
  auto text = node.string(line_expression);
  if (!text) return;
  if (!is_expression(*text)) return node.error_expected("a regular expression (ECMAScript)");
  ready = {ReadySign::Kind::stdout_line, std::move(*text)};
}

void read_tcp_sign(const Node& node, ReadySign& ready) {
  const auto value = node.boolean();
  if (value && !*value) node.error("must be true; for another sign use \"stdout_line\" or \"http\"");
  ready = {ReadySign::Kind::tcp, ""};
}

void read_http_sign(const Node& node, ReadySign& ready) {
  if (auto path = node.string(request_path)) ready = {ReadySign::Kind::http, std::move(*path)};
}

void read_ready(const Node& node, ReadySign& ready) {
  constexpr std::array readers{read_tcp_sign, read_line_sign, read_http_sign};
  const auto choice = read_choice(node, {"tcp", "stdout_line", "http"});
  if (choice) readers[choice->index](choice->content, ready);
}

bool is_told(const CommandTarget& target, std::string_view placeholder) {
  const auto has = [&](const std::string& text) { return text.find(placeholder) != std::string::npos; };
  return std::ranges::any_of(target.command, has) ||
         std::ranges::any_of(target.environment, [&](const auto& variable) { return has(variable.second); });
}

// `protocol`: the load's, if that is right. Returns whether the endpoint is known, and so what else must be there.
bool read_endpoint(const ObjectReader& object, std::optional<Protocol> protocol, CommandTarget& target) {
  const auto node = object.find("endpoint");
  if (!node) {
    read_tls(object, false, target);
    return true;
  }
  const auto text = node->string(endpoint_text);
  if (!text) return false;
  const WrittenEndpoint written = *parse_endpoint(*text);
  target.endpoint = written.endpoint;
  read_tls(object, written.has_tls, target);
  if (protocol && *protocol != written.protocol) {
    node->error(std::string("does not fit the load's protocol, which is \"") + to_string(*protocol) + "\"");
  }
  return true;
}

void check_placeholders(const ObjectReader& object, const CommandTarget& target) {
  const Node& node = object.node();
  const bool whole = target.command.size() == node.value()["command"].size() && !target.command.empty() &&
                     (!object.has("environment") || target.environment.size() == node.value()["environment"].size());
  if (!whole) return;  // the placeholder may stand in what is wrong
  const bool port_is_free = !target.endpoint.port.has_value();
  if (port_is_free && !is_told(target, port_placeholder)) {
    node.member_error("command", "is not told the port: ${PORT} must stand in it or in \"environment\"");
  }
  if (!object.has("workers") && is_told(target, workers_placeholder)) {
    node.member_error("command", "speaks of ${WORKERS}, but \"workers\" is missing");
  }
}

}  // namespace

void read_command(const ObjectReader& object, std::optional<Protocol> protocol, TargetSpec& target) {
  if (object.has("plugin")) {
    object.node().member_error("command", "excludes \"plugin\": a target is the one or the other");
    return;
  }
  for (const char* key : {"variant", "dispatch", "heap", "parameters"}) {
    if (object.has(key)) object.node().member_error(key, "is for a target with \"plugin\", not with \"command\"");
  }
  CommandTarget command;
  read_words(*object.find("command"), command.command);
  if (const auto environment = object.find("environment")) read_environment(*environment, command.environment);
  object.read_string("working_directory", folder_path, command.working_directory);
  if (const auto ready = object.find("ready")) read_ready(*ready, command.ready);
  target.workers = 0;
  object.read_integer("workers", {1, 256}, target.workers);
  if (read_endpoint(object, protocol, command)) check_placeholders(object, command);
  target.command = std::move(command);
}

}  // namespace heapstorm::scenario
