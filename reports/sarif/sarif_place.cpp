#include "reports/sarif/sarif_place.h"

#include <fmt/format.h>

namespace heapstorm {
namespace {

using Json = nlohmann::ordered_json;

bool stays_as_it_is(char character) {
  const bool letter = (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z');
  const bool digit = character >= '0' && character <= '9';
  return letter || digit || std::string_view("/-._~").find(character) != std::string_view::npos;
}

std::string name_of(const Frame& frame) {
  if (!frame.function.empty()) return frame.function;
  return fmt::format("{}+{:#x}", frame.module.empty() ? "?" : frame.module, frame.offset);
}

}  // namespace

std::string uri_of(const std::string& path) {
  std::string uri = path.starts_with('/') ? "file://" : "";
  for (const char character : path) {
    if (stays_as_it_is(character)) {
      uri += character;
    } else {
      uri += fmt::format("%{:02X}", static_cast<unsigned char>(character));
    }
  }
  return uri;
}

Json location_of_file(const std::string& path) {
  return {{"physicalLocation", {{"artifactLocation", {{"uri", uri_of(path)}}}}}};
}

Json location_of(const Frame& frame, const std::string& message) {
  Json location = frame.file.empty() ? Json::object() : location_of_file(frame.file);
  if (!frame.file.empty() && frame.line > 0) location["physicalLocation"]["region"] = {{"startLine", frame.line}};
  location["logicalLocations"] = Json::array({{{"fullyQualifiedName", name_of(frame)}, {"kind", "function"}}});
  if (!message.empty()) location["message"] = {{"text", message}};
  return location;
}

Json stack_of(const Side& side, const std::string& message) {
  Json frames = Json::array();
  for (const Frame& frame : side.stack) {
    Json one = {{"location", location_of(frame, name_of(frame))}, {"threadId", side.slot}};
    if (!frame.module.empty()) one["module"] = frame.module;
    frames.push_back(std::move(one));
  }
  return {{"message", {{"text", message}}}, {"frames", std::move(frames)}};
}

}  // namespace heapstorm
