#include "harness/scenario/reading/overrides.h"

#include <fmt/core.h>

#include <charconv>

namespace heapstorm::scenario {

using nlohmann::json;

namespace {

std::vector<std::string> split_path(const std::string& path) {
  std::vector<std::string> parts;
  std::size_t start = 0;
  for (;;) {
    const auto dot = path.find('.', start);
    parts.push_back(path.substr(start, dot - start));
    if (dot == std::string::npos) return parts;
    start = dot + 1;
  }
}

bool is_utf8(const json& value) {
  try {
    (void)value.dump();
    return true;
  } catch (const json::exception&) {
    return false;
  }
}

// JSON if it is that, else the text itself, so that a string needs no quotes inside the shell's quotes.
json value_of(const std::string& text) {
  json value = json::parse(text, nullptr, false);
  return value.is_discarded() ? json(text) : value;
}

std::optional<std::size_t> index_of(const std::string& part, std::size_t highest) {
  std::size_t index = 0;
  const char* end = part.data() + part.size();
  const auto [stop, error] = std::from_chars(part.data(), end, index);
  if (part.empty() || stop != end || error != std::errc() || index > highest) return std::nullopt;
  return index;
}

// Walks a path, creating what is missing. `created` is the pointer of the first value that was not there.
class PathWalker {
 public:
  explicit PathWalker(json& root) : value_(&root) {}

  // What is wrong with this step, or nothing.
  std::string step(const std::string& part) {
    if (part.empty()) return "the path has an empty part";
    if (value_->is_array()) return step_into_array(part);
    if (!value_->is_object()) {
      return fmt::format("{} is neither an object nor an array", pointer_.empty() ? "the document" : pointer_);
    }
    enter(part, value_->contains(part), pointer_to(pointer_, part));
    return "";
  }

  json& value() { return *value_; }
  const std::string& pointer() const { return pointer_; }
  const std::string& created() const { return created_; }

 private:
  std::string step_into_array(const std::string& part) {
    const auto index = index_of(part, value_->size());
    if (!index) {
      return fmt::format("{} is an array: \"{}\" is not an index from 0 to {}", pointer_, part, value_->size());
    }
    enter(*index, *index < value_->size(), pointer_to(pointer_, *index));
    return "";
  }

  template <typename Key>
  void enter(const Key& key, bool exists, std::string pointer) {
    pointer_ = std::move(pointer);
    if (!exists && created_.empty()) created_ = pointer_;
    value_ = &(*value_)[key];
    if (!exists) *value_ = json::object();
  }

  json* value_;
  std::string pointer_;
  std::string created_;
};

}  // namespace

Status apply_override(const Override& override, JsonDocument& document) {
  const std::string origin = fmt::format("--set {}={}", override.path, override.value);
  json value = value_of(override.value);
  if (!is_utf8(value) || !is_utf8(override.path)) return Error::bad_input(origin + ": is not valid UTF-8");
  PathWalker walker(document.root);
  for (const std::string& part : split_path(override.path)) {
    const std::string mistake = walker.step(part);
    if (!mistake.empty()) return Error::bad_input(fmt::format("{}: {}", origin, mistake));
  }
  walker.value() = std::move(value);
  document.places.set(walker.created().empty() ? walker.pointer() : walker.created(), {0, 0, origin});
  return Success{};
}

}  // namespace heapstorm::scenario
