// How a MessageSchema is filled from a FlatBuffers schema of the user's own. Apart from message_schema.hpp, since the
// runtime's reader of such schemas is needed for it.
#pragma once

#include <map>
#include <set>
#include <string>

#include "message_schema.hpp"
#include "user_schema.hpp"

namespace sluice::tools {

class TableRecords {
 public:
  /// Of a payload that has passed verify_descriptor().
  TableRecords(const descriptor::Payload& payload, MessageSchema& schema);

  /// Throws ToolError where the schema refers to what it does not have.
  void build();

 private:
  void fill(const reflection::Object& object, RecordType& record);
  Field read(const reflection::Field& from, const reflection::Object& owner);
  void read_type(const reflection::Type& type, Field& field);
  void read_element(reflection::BaseType base, const reflection::Type& type, Field& field);
  void read_members(const reflection::Type& type, Field& field);
  void read_bytes(const reflection::Field& from, const reflection::Object& owner, Field& field);
  const RecordType* record_in(const reflection::Type& type) const;
  const EnumType* names_in(const reflection::Type& type);
  void check_struct(RecordType& record);
  [[noreturn]] void fail(const std::string& name, const std::string& text) const;

  std::string root_;
  detail::UserSchema user_schema_;
  MessageSchema& schema_;
  std::map<const reflection::Object*, RecordType*> records_;
  std::map<const reflection::Enum*, const EnumType*> enums_;
  std::set<const RecordType*> sound_;
  std::set<const RecordType*> under_way_;
};

}  // namespace sluice::tools
