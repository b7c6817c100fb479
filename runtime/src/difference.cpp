#include "difference.hpp"

namespace sluice::detail {

const char* to_string(Aspect aspect) noexcept {
  switch (aspect) {
    case Aspect::channel:
      return "channel";
    case Aspect::order:
      return "order";
    case Aspect::overflow:
      return "overflow";
    case Aspect::version:
      return "version";
    case Aspect::field:
      return "field";
    case Aspect::type:
      return "type";
    case Aspect::place:
      return "place";
    case Aspect::size:
      return "size";
    case Aspect::kind:
      return "kind";
    case Aspect::unit:
      return "unit";
    case Aspect::frame:
      return "frame";
    case Aspect::scale:
      return "scale";
    case Aspect::invalid:
      return "invalid";
    case Aspect::since:
      return "since";
    case Aspect::enum_type:
      return "enum_type";
    case Aspect::enum_value:
      return "enum_value";
    case Aspect::payload:
      return "payload";
    case Aspect::table_field:
      return "table_field";
    case Aspect::absent:
      return "absent";
    case Aspect::capacity:
      return "capacity";
    case Aspect::default_value:
      return "default";
    case Aspect::constant:
      return "constant";
    case Aspect::metadata:
      return "metadata";
    case Aspect::doc:
      return "doc";
    case Aspect::unused:
      return "unused";
  }
  return "unknown";
}

std::string in_words(const Difference& difference, Sides sides) {
  if (difference.aspect == Aspect::version) return "a new major version says that meaning changed, though no field did";
  if (difference.aspect == Aspect::doc) return difference.subject + " differs";
  const std::string subject = difference.subject + ": ";
  if (!difference.here) return subject + "missing " + sides.here;
  if (!difference.there) return subject + "missing " + sides.there;
  return subject + difference.what + *difference.here + " " + sides.here + ", " + *difference.there + " " + sides.there;
}

}  // namespace sluice::detail
