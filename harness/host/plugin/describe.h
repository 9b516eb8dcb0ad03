// `target_host --describe FILE`: what a plugin offers, for a runner that must not load it itself.
#pragma once

#include <string>

namespace heapstorm::host {

// Prints one JSON object on stdout and returns the exit code: 0 with family, abi_version, flavour and variants; 2
// with an `error`, and the file's `abi_version` or `flavour` if that is the reason.
int describe_plugin(const std::string& path);

// mimalloc's own number for its version, as people write it: 209 is "2.0.9".
inline std::string mimalloc_version_text(int version) {
  return std::to_string(version / 100) + "." + std::to_string(version / 10 % 10) + "." + std::to_string(version % 10);
}

}  // namespace heapstorm::host
