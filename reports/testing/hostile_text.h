// What a target could print to break out of a report.
#pragma once

#include <string>

namespace heapstorm {

// Markup, quotes, every control character, bidirectional overrides, what is no UTF-8 at all, and at the end a mark to
// look for.
inline std::string hostile_text() {
  std::string text =
      "</script><script>document.title='owned'</script><!-- <img src=x onerror=alert(1)> ]]> & &amp; \"'`";
  for (char control = 0; control < 0x20; ++control) text += control;
  text += "\x7f\xc2\x85\xc2\x9b\xe2\x80\xae\xe2\x80\xa8\xe2\x80\xa9\xef\xbf\xbe\xef\xbf\xbf";
  text += "\xff\xc0\x80\xed\xa0\x80\xf4\x90\x80\x80\xe2\x82";
  return text + " the end of it";
}

constexpr std::size_t long_line_bytes = 1 << 20;

}  // namespace heapstorm
