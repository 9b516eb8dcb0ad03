// A piece of XML as a tree of plain values. For logs, which may stop anywhere: what was read until then is kept.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace heapstorm {

struct XmlElement {
  std::string name;
  std::string text;  // its own, not that of its children
  std::vector<XmlElement> children;

  // The first child of this name, or null. It lives as long as this element.
  const XmlElement* child(std::string_view child_name) const;
  // The text of that child, "" if there is none.
  std::string_view child_text(std::string_view child_name) const;
};

struct XmlTree {
  XmlElement root;     // nameless if the text does not begin with an element
  bool whole = false;  // the root was closed, and nothing was wrong before
};

constexpr std::size_t max_xml_elements = 20000;
constexpr std::size_t max_xml_depth = 32;

// The first element of `text`; what follows it is not looked at. A text with more elements than the limits above allow
// counts as one that stops there.
XmlTree parse_xml(std::string_view text);

}  // namespace heapstorm
