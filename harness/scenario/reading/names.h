// The words of the scenario file for each enumeration, in the order of its values. Internal to harness/scenario.
#pragma once

#include <array>

namespace heapstorm::scenario {

inline constexpr std::array<const char*, 3> protocol_names{"tcp", "http", "websocket"};
inline constexpr std::array<const char*, 2> dispatch_names{"fd_modulo", "round_robin"};
inline constexpr std::array<const char*, 4> policy_names{"report", "abort", "ignore", "corrupt"};
inline constexpr std::array<const char*, 4> backend_names{"mimalloc", "system", "unchecked_mimalloc",
                                                          "unchecked_system"};
inline constexpr std::array<const char*, 3> arrival_names{"closed", "stepwise", "open"};
inline constexpr std::array<const char*, 4> goal_names{"workers", "pairs", "meetings", "findings"};
inline constexpr std::array<const char*, 2> showing_names{"storm", "stop"};  // from Showing's second value
inline constexpr std::array<const char*, 3> flavour_names{"plain", "asan", "tsan"};

}  // namespace heapstorm::scenario
