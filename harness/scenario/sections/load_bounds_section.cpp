// expect.load: bounds on what the clients counted and measured. Each bound that a file says becomes one LoadBound.
#include <fmt/core.h>

#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "harness/scenario/sections/sections.h"
#include "harness/scenario/suggestion.h"

namespace heapstorm::scenario {

namespace {

using Keys = std::vector<std::string_view>;

constexpr Bounds any_count{0, std::numeric_limits<std::uint32_t>::max()};
constexpr int highest_errno = 4095;  // Linux never has more

const Keys phases{"connect", "handshake", "send", "read", "close"};
const Keys quantiles{"p50", "p90", "p99", "max"};
const Keys limits_of_counts{"min", "max", "min_share", "max_share"};
const Keys limits_of_values{"min", "max"};

// Of errors by name: those of the C library, and those of TLS.
const Keys& error_names() {
  static const Keys names = [] {
    Keys all{"TLS_CERTIFICATE_REFUSED", "TLS_ALERT", "TLS_VIOLATION"};
    for (int number = 1; number <= highest_errno; ++number) {
      if (const char* const name = ::strerrorname_np(number)) all.emplace_back(name);
    }
    return all;
  }();
  return names;
}

// "2xx" or "503".
bool is_status(std::string_view key) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (key.size() != 3 || key[0] < '1' || key[0] > '9') return false;
  return (is_digit(key[1]) && is_digit(key[2])) || (key[0] <= '5' && key.substr(1) == "xx");
}

Keys joined(Keys keys, const Keys& others) {
  keys.insert(keys.end(), others.begin(), others.end());
  return keys;
}

// What is bounded, and where the bounds go.
struct Subject {
  LoadFigure figure;
  std::vector<std::string> of;
  std::vector<LoadBound>& bounds;

  Subject part(std::string_view name) const {
    Subject narrower = *this;
    narrower.of.emplace_back(name);
    return narrower;
  }
  void add(LoadBound::Limit limit, double value) const { bounds.push_back({figure, of, limit, value}); }
};

std::optional<double> share(const Node& node) {
  if (!node.value().is_number()) {
    node.error_expected("a number between 0 and 1");
    return std::nullopt;
  }
  const auto value = node.value().get<double>();
  if (value >= 0 && value <= 1) return value;
  node.error_expected("between 0 and 1");
  return std::nullopt;
}

std::optional<double> read_share(const ObjectReader& object, const char* key) {
  const auto node = object.find(key);
  return node ? share(*node) : std::nullopt;
}

std::optional<double> read_count(const ObjectReader& object, const char* key) {
  std::uint32_t count = 0;
  return object.read_integer(key, any_count, count) ? std::optional(static_cast<double>(count)) : std::nullopt;
}

void add_limits(const ObjectReader& object, const char* low_key, const char* high_key,
                std::optional<double> (*read)(const ObjectReader&, const char*), const Subject& subject) {
  const bool shares = read == read_share;
  const auto low = read(object, low_key);
  const auto high = read(object, high_key);
  if (low) subject.add(shares ? LoadBound::Limit::min_share : LoadBound::Limit::min, *low);
  if (high) subject.add(shares ? LoadBound::Limit::max_share : LoadBound::Limit::max, *high);
  if (low && high && *low > *high) {
    object.node().member_error(high_key, fmt::format("must be at least {} ({}), not {}", low_key, *low, *high));
  }
}

void refuse_empty(const ObjectReader& object, const Keys& keys) {
  if (!object.is_object() || !object.node().value().empty()) return;
  const bool many = keys.size() > 10;  // more than a line
  object.node().error("must say something" + (many ? std::string() : ": one or more of " + quoted_list(keys)));
}

// The members "min", "max", and for a count "min_share" and "max_share" of an object that may have others beside them.
void read_limits_in(const ObjectReader& object, bool is_count, const Subject& subject) {
  add_limits(object, "min", "max", read_count, subject);
  if (is_count) add_limits(object, "min_share", "max_share", read_share, subject);
}

void read_bound(const Node& node, bool is_count, const Subject& subject) {
  const Keys& keys = is_count ? limits_of_counts : limits_of_values;
  const ObjectReader object(node, keys);
  refuse_empty(object, keys);
  read_limits_in(object, is_count, subject);
}

// Bounds of the parts `names`, each by `read`, and where `with_whole` of them all together.
template <typename ReadPart>
void read_parts(const Node& node, const Keys& names, bool with_whole, const Subject& subject, ReadPart read) {
  const Keys keys = with_whole ? joined(limits_of_counts, names) : names;
  const ObjectReader object(node, keys);
  refuse_empty(object, keys);
  if (with_whole) read_limits_in(object, true, subject);
  for (const std::string_view name : names) {
    if (const auto part = object.find(name)) read(*part, subject.part(name));
  }
}

void read_count_bound(const Node& node, const Subject& subject) {
  read_bound(node, true, subject);
}

void read_value_bound(const Node& node, const Subject& subject) {
  read_bound(node, false, subject);
}

void read_errors(const Node& node, const Subject& subject) {
  read_parts(node, phases, true, subject, [](const Node& phase, const Subject& of_phase) {
    read_parts(phase, error_names(), true, of_phase, read_count_bound);
  });
}

void read_statuses(const Node& node, const Subject& subject) {
  if (!node.value().is_object()) return node.error_expected("an object");
  if (node.value().empty())
    return node.error("must say something: a class such as \"5xx\", or a status such as \"503\"");
  for (const auto& [key, value] : node.value().items()) {
    if (is_status(key)) {
      read_bound(node.member(key), true, subject.part(key));
    } else {
      node.member_error(key, "unknown key; must be \"1xx\" to \"5xx\" or a status of three digits");
    }
  }
}

void read_quantiles(const Node& node, const Subject& subject) {
  read_parts(node, quantiles, false, subject, read_value_bound);
}

}  // namespace

void read_load_bounds(const Node& node, std::vector<LoadBound>& bounds) {
  const Keys keys{"sessions", "errors", "statuses", "rate_per_s", "open_latency_us", "answer_latency_us"};
  const ObjectReader object(node, keys);
  refuse_empty(object, keys);
  const auto subject = [&](LoadFigure figure) { return Subject{figure, {}, bounds}; };
  if (const auto sessions = object.find("sessions")) {
    read_parts(*sessions, {"completed"}, false, subject(LoadFigure::sessions), read_count_bound);
  }
  if (const auto errors = object.find("errors")) read_errors(*errors, subject(LoadFigure::errors));
  if (const auto statuses = object.find("statuses")) read_statuses(*statuses, subject(LoadFigure::statuses));
  if (const auto rate = object.find("rate_per_s")) read_value_bound(*rate, subject(LoadFigure::rate_per_s));
  if (const auto open = object.find("open_latency_us")) read_quantiles(*open, subject(LoadFigure::open_latency_us));
  if (const auto answer = object.find("answer_latency_us")) {
    read_quantiles(*answer, subject(LoadFigure::answer_latency_us));
  }
}

}  // namespace heapstorm::scenario
