// What a storm's counts come to, and its errors and statuses in a few words: for all who judge it or tell of it.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "harness/storm/storm.h"

namespace heapstorm {

constexpr std::size_t max_kinds_told = 3;

// Opened; 0 of a storm that took no time.
double connections_per_s(const StormResult& storm);

// Errors in all phases.
std::uint64_t error_count(const StormResult& storm);

// "read: ECONNRESET 18, handshake: EPROTO 2", the most frequent first; of more kinds than are told the rest as "2 other
// kinds 5". Empty if there was none.
std::string errors_in_words(const StormResult& storm);

// "401 180, 101 20", likewise.
std::string statuses_in_words(const std::map<int, std::uint64_t>& statuses);

}  // namespace heapstorm
