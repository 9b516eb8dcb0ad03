#include "reports/json/utc_time.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace heapstorm {
namespace {

constexpr std::uint64_t end_of_9999_ms = 253'402'300'799'999;
constexpr std::string_view pattern = "0000-00-00T00:00:00.000Z";  // '0' stands for a digit

bool fits_pattern(std::string_view text) {
  if (text.size() != pattern.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (pattern[i] == '0' ? !digit : text[i] != pattern[i]) return false;
  }
  return true;
}

unsigned number_at(std::string_view text, std::size_t begin, std::size_t digits) {
  unsigned number = 0;
  for (const char digit : text.substr(begin, digits)) number = number * 10 + static_cast<unsigned>(digit - '0');
  return number;
}

}  // namespace

std::string utc_text(std::uint64_t ms) {
  using namespace std::chrono;
  const sys_time<milliseconds> time{milliseconds(std::min(ms, end_of_9999_ms))};
  const auto day = floor<days>(time);
  const year_month_day date(day);
  const hh_mm_ss clock(time - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count(), clock.subseconds().count());
}

std::optional<std::uint64_t> parse_utc(std::string_view text) {
  using namespace std::chrono;
  if (!fits_pattern(text)) return std::nullopt;
  const year_month_day date(year(static_cast<int>(number_at(text, 0, 4))), month(number_at(text, 5, 2)),
                            day(number_at(text, 8, 2)));
  const unsigned hour = number_at(text, 11, 2), minute = number_at(text, 14, 2), second = number_at(text, 17, 2);
  if (!date.ok() || date.year() < year(1970) || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  const auto time =
      sys_days(date) + hours(hour) + minutes(minute) + seconds(second) + milliseconds(number_at(text, 20, 3));
  return static_cast<std::uint64_t>(time.time_since_epoch().count());
}

}  // namespace heapstorm
