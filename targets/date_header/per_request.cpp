#include "targets/date_header/date_format.h"
#include "targets/date_header/date_service.h"
#include "targets/date_header/owned_string.h"
#include "targets/date_header/variants.h"

namespace heapstorm::targets::date_header {

class PerRequest final : public DateService {
 public:
  using DateService::DateService;
  ~PerRequest() override;
  std::string_view date_header() override;

 private:
  OwnedString* date_ = nullptr;  // of the latest response
};

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

target::Variant describe_per_request() {
  return {.name = "per_request",
          .summary = "no cache: formats the date on every response",
          .models = "swoole-src #5507",
          .make_module = target::make_module<PerRequest>};
}

}  // namespace heapstorm::targets::date_header
