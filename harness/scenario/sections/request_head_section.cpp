// What a step says of the head of its request: path, headers, sub-protocols.
#include <algorithm>
#include <array>
#include <string_view>

#include "harness/scenario/reading/string_rules.h"
#include "harness/scenario/sections/sections.h"

namespace heapstorm::scenario {

namespace {

constexpr std::size_t max_paths = 1000;
constexpr std::size_t max_subprotocols = 20;
constexpr std::size_t max_headers = 50;

// What the client itself says, or what would make the head mean another request.
constexpr std::array<std::string_view, 11> own_headers{"host",
                                                       "connection",
                                                       "upgrade",
                                                       "content-length",
                                                       "transfer-encoding",
                                                       "sec-websocket-key",
                                                       "sec-websocket-version",
                                                       "sec-websocket-protocol",
                                                       "sec-websocket-extensions",
                                                       "sec-websocket-accept",
                                                       "heapstorm-connection"};

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_own_header(std::string_view name) {
  const auto same = [&](std::string_view own) {
    return std::ranges::equal(own, name, [](char left, char right) { return left == lower(right); });
  };
  return std::ranges::any_of(own_headers, same);
}

// At least one string, at most `most`.
void read_list(const Node& node, const StringRule& rule, std::size_t most, std::vector<std::string>& list) {
  const auto elements = node.elements();
  if (!elements) return;
  if (elements->empty() || elements->size() > most) {
    return node.error("must hold 1 to " + std::to_string(most) + " strings, not " + std::to_string(elements->size()));
  }
  for (const Node& element : *elements) {
    if (auto text = element.string(rule)) list.push_back(std::move(*text));
  }
}

}  // namespace

void read_paths(const ObjectReader& step, std::vector<std::string>& paths) {
  const auto node = step.find("path");
  if (!node) return;
  if (node->value().is_array()) return read_list(*node, request_path, max_paths, paths);
  if (auto path = node->string(request_path)) paths = {std::move(*path)};
}

void read_headers(const ObjectReader& step, Headers& headers) {
  const auto node = step.find("headers");
  if (!node) return;
  if (!node->value().is_object()) return node->error_expected("an object");
  if (node->value().size() > max_headers) {
    return node->error("must hold at most " + std::to_string(max_headers) + " headers");
  }
  for (const auto& [name, value] : node->value().items()) {
    if (!header_name.accepts(name)) {
      node->member_error(name, std::string("is no name of a header: ") + header_name.expected);
    } else if (is_own_header(name)) {
      node->member_error(name, "is a header that the client itself sets");
    }
    if (auto text = node->member(name).string(header_value)) headers.emplace_back(name, std::move(*text));
  }
}

void read_subprotocols(const ObjectReader& step, std::vector<std::string>& subprotocols) {
  if (const auto node = step.find("subprotocols")) read_list(*node, header_name, max_subprotocols, subprotocols);
}

}  // namespace heapstorm::scenario
