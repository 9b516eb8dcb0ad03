// A JSON text as a document that remembers where in the file each of its values stands, so that a mistake can be
// reported with its line. Internal to harness/scenario.
#pragma once

#include <cstddef>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "harness/base/result.h"

namespace heapstorm::scenario {

// Where a value came from: lines of the file, or the `--set` that put it there.
struct Place {
  std::size_t key_line = 0;  // of the member's key; of the value itself where there is no key
  std::size_t line = 0;      // of the value's first character
  std::string origin;        // "--set load.connections=0"; empty: the file
};

// JSON pointer to Place.
class Places {
 public:
  // Forgets what was known below `pointer`: its value has been replaced.
  void set(const std::string& pointer, Place place);
  // Of `pointer`, or of its nearest ancestor that is known.
  const Place& find(std::string pointer) const;

 private:
  std::map<std::string, Place> places_;
};

struct DuplicateKey {
  std::string pointer;
  std::size_t line = 0;
  std::size_t first_line = 0;
};

struct JsonDocument {
  nlohmann::json root;
  Places places;
  std::vector<DuplicateKey> duplicates;
};

// Comments are allowed. The error names file, line and column. `file` is only for messages.
Result<JsonDocument> parse_json(const std::string& text, const std::string& file);

// `pointer` extended by one member, escaped as RFC 6901 says.
std::string pointer_to(const std::string& pointer, const std::string& key);
std::string pointer_to(const std::string& pointer, std::size_t index);

}  // namespace heapstorm::scenario
