#include "harness/scenario/reading/endpoint.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "harness/scenario/reading/string_rules.h"

namespace heapstorm::scenario {

namespace {

struct Scheme {
  std::string_view text;
  Protocol protocol;
  bool has_tls;
};
constexpr std::array<Scheme, 5> schemes{{{"ws://", Protocol::websocket, false},
                                         {"wss://", Protocol::websocket, true},
                                         {"http://", Protocol::http, false},
                                         {"https://", Protocol::http, true},
                                         {"tcp://", Protocol::tcp, false}}};

std::optional<std::uint32_t> number_up_to(std::uint32_t most, std::string_view text) {
  std::uint32_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  const bool whole = !text.empty() && error == std::errc() && stop == end && (text[0] != '0' || text.size() == 1);
  return whole && number <= most ? std::optional(number) : std::nullopt;
}

bool is_ipv4(std::string_view text) {
  for (int part = 0; part < 4; ++part) {
    const std::size_t end = part == 3 ? text.size() : text.find('.');
    if (end == std::string_view::npos || !number_up_to(255, text.substr(0, end))) return false;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return true;
}

// Its letters only; whoever connects finds out whether it is one.
bool may_be_ipv6(std::string_view text) {
  constexpr std::string_view letters = "0123456789abcdefABCDEF:.";
  return text.size() >= 2 && text.size() <= 45 && text.find_first_not_of(letters) == std::string_view::npos &&
         text.find(':') != std::string_view::npos;
}

// Takes the address from the front of `text`, up to the colon before the port.
bool take_address(std::string_view& text, std::string& address) {
  const bool bracketed = text.starts_with('[');
  const std::size_t end = bracketed ? text.find("]:") : text.find(':');
  if (end == std::string_view::npos) return false;
  address = text.substr(bracketed ? 1 : 0, bracketed ? end - 1 : end);
  text.remove_prefix(end + (bracketed ? 2 : 1));
  return bracketed ? may_be_ipv6(address) : address == "localhost" || is_ipv4(address);
}

bool take_port(std::string_view& text, std::optional<std::uint16_t>& port) {
  const std::size_t end = std::min(text.find('/'), text.size());
  const std::string_view written = text.substr(0, end);
  text.remove_prefix(end);
  if (written == port_placeholder) return true;
  const auto number = number_up_to(65535, written);
  if (!number || *number == 0) return false;
  port = static_cast<std::uint16_t>(*number);
  return true;
}

bool accepts_endpoint(std::string_view text) {
  return parse_endpoint(text).has_value();
}

}  // namespace

std::optional<WrittenEndpoint> parse_endpoint(std::string_view text) {
  const auto scheme = std::ranges::find_if(schemes, [&](const auto& one) { return text.starts_with(one.text); });
  if (scheme == schemes.end()) return std::nullopt;
  text.remove_prefix(scheme->text.size());
  WrittenEndpoint written{.protocol = scheme->protocol, .has_tls = scheme->has_tls, .endpoint = {}};
  if (!take_address(text, written.endpoint.address) || !take_port(text, written.endpoint.port)) return std::nullopt;
  if (text.empty()) return written;
  if (written.protocol == Protocol::tcp || !request_path.accepts(text)) return std::nullopt;
  written.endpoint.path = text;
  return written;
}

const StringRule endpoint_text{
    accepts_endpoint,
    "an endpoint like \"ws://127.0.0.1:${PORT}/path\": ws, wss, http, https or tcp, an address (no "
    "name but localhost), ${PORT} or a number, for all but tcp a path"};

}  // namespace heapstorm::scenario
