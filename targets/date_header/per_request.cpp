#include "targets/date_header/date_format.h"
#include "targets/date_header/variants.h"

namespace heapstorm::targets::date_header {

PerRequest::~PerRequest() {
  if (date_ != nullptr) date_->release();
}

// Kept until the next response only because the caller still has to copy it.
std::string_view PerRequest::date_header() {
  OwnedString* const date = OwnedString::create(format_date(host_.clock_seconds()), tag_);
  if (date_ != nullptr) date_->release();
  date_ = date;
  return date_->view();
}

}  // namespace heapstorm::targets::date_header
