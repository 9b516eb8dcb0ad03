#include "harness/findings/logs/xml_tree.h"

#include <expat.h>

#include <algorithm>
#include <memory>
#include <utility>

namespace heapstorm {
namespace {

struct FreeParser {
  void operator()(XML_Parser parser) const { XML_ParserFree(parser); }
};
using Parser = std::unique_ptr<XML_ParserStruct, FreeParser>;

// The elements that are open, outermost first. One that is closed moves into the one around it.
struct Builder {
  XML_Parser parser = nullptr;
  std::vector<XmlElement> open;
  std::size_t elements = 0;
  XmlTree tree;

  void close_innermost() {
    XmlElement closed = std::move(open.back());
    open.pop_back();
    if (open.empty()) {
      tree.root = std::move(closed);
    } else {
      open.back().children.push_back(std::move(closed));
    }
  }
};

void on_start(void* data, const XML_Char* name, const XML_Char**) {
  auto& builder = *static_cast<Builder*>(data);
  if (++builder.elements > max_xml_elements || builder.open.size() == max_xml_depth) {
    XML_StopParser(builder.parser, XML_FALSE);
    return;
  }
  builder.open.push_back({name, {}, {}});
}

// Also called once after XML_StopParser, for an element that is empty: it was never opened here.
void on_end(void* data, const XML_Char* name) {
  auto& builder = *static_cast<Builder*>(data);
  if (builder.open.empty() || builder.open.back().name != name) return;
  builder.close_innermost();
  if (!builder.open.empty()) return;
  builder.tree.whole = true;
  XML_StopParser(builder.parser, XML_FALSE);
}

void on_text(void* data, const XML_Char* text, int size) {
  auto& builder = *static_cast<Builder*>(data);
  if (!builder.open.empty()) builder.open.back().text.append(text, static_cast<std::size_t>(size));
}

}  // namespace

const XmlElement* XmlElement::child(std::string_view child_name) const {
  const auto found = std::find_if(children.begin(), children.end(),
                                  [&](const XmlElement& candidate) { return candidate.name == child_name; });
  return found == children.end() ? nullptr : &*found;
}

std::string_view XmlElement::child_text(std::string_view child_name) const {
  const XmlElement* found = child(child_name);
  return found == nullptr ? std::string_view() : std::string_view(found->text);
}

XmlTree parse_xml(std::string_view text) {
  Builder builder;
  const Parser parser(XML_ParserCreate("UTF-8"));
  if (!parser) return {};
  builder.parser = parser.get();
  XML_SetUserData(parser.get(), &builder);
  XML_SetElementHandler(parser.get(), on_start, on_end);
  XML_SetCharacterDataHandler(parser.get(), on_text);
  XML_Parse(parser.get(), text.data(), static_cast<int>(std::min<std::size_t>(text.size(), 1u << 30)), XML_TRUE);
  while (!builder.open.empty()) builder.close_innermost();
  return std::move(builder.tree);
}

}  // namespace heapstorm
