// How a plugin was built, as its own symbols say: code that a sanitizer has instrumented calls the sanitizer's
// initialiser. So it holds for plugins of any language, built by hand too, and is known before anything of them runs.
#pragma once

#include <string>

namespace heapstorm::host {

// "plain", "asan", "tsan"; "asan and tsan" for a mixture. "" if the file is no shared object that can be read.
std::string flavour_of_plugin(const std::string& path);

// Why a plugin of one flavour cannot run in a target_host of the other; "" if it can.
std::string why_refused(const std::string& plugin_flavour, const std::string& host_flavour);

}  // namespace heapstorm::host
