from google.protobuf import descriptor_pb2 as _descriptor_pb2
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Permission(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PERMISSION_UNSPECIFIED: _ClassVar[Permission]
    PERMISSION_PUBLIC: _ClassVar[Permission]
    PERMISSION_SELF: _ClassVar[Permission]
    PERMISSION_MESHES_CREATE: _ClassVar[Permission]
    PERMISSION_MESHES_GET: _ClassVar[Permission]
    PERMISSION_MESHES_LIST: _ClassVar[Permission]
    PERMISSION_MESHES_UPDATE: _ClassVar[Permission]
    PERMISSION_MESHES_DELETE: _ClassVar[Permission]
    PERMISSION_MESHES_WATCH: _ClassVar[Permission]
    PERMISSION_AGENTS_PROVISION: _ClassVar[Permission]
    PERMISSION_AGENTS_GET: _ClassVar[Permission]
    PERMISSION_AGENTS_LIST: _ClassVar[Permission]
    PERMISSION_AGENTS_UPDATE: _ClassVar[Permission]
    PERMISSION_AGENTS_TERMINATE: _ClassVar[Permission]
    PERMISSION_AGENTS_DELETE: _ClassVar[Permission]
    PERMISSION_AGENTS_WATCH: _ClassVar[Permission]
    PERMISSION_AGENTS_CALL: _ClassVar[Permission]
    PERMISSION_AGENTS_LAUNCH: _ClassVar[Permission]
    PERMISSION_LINKS_CONNECT: _ClassVar[Permission]
    PERMISSION_MESSAGES_SEND: _ClassVar[Permission]
    PERMISSION_MESSAGES_GET: _ClassVar[Permission]
    PERMISSION_MESSAGES_CANCEL: _ClassVar[Permission]
    PERMISSION_MESSAGES_SUBSCRIBE: _ClassVar[Permission]
    PERMISSION_DEAD_LETTERS_GET: _ClassVar[Permission]
    PERMISSION_DEAD_LETTERS_LIST: _ClassVar[Permission]
    PERMISSION_DEAD_LETTERS_REPLAY: _ClassVar[Permission]
    PERMISSION_DEAD_LETTERS_PURGE: _ClassVar[Permission]
    PERMISSION_API_KEYS_CREATE: _ClassVar[Permission]
    PERMISSION_API_KEYS_LIST: _ClassVar[Permission]
    PERMISSION_API_KEYS_REVOKE: _ClassVar[Permission]
    PERMISSION_JOIN_TOKENS_CREATE: _ClassVar[Permission]
    PERMISSION_JOIN_TOKENS_LIST: _ClassVar[Permission]
    PERMISSION_JOIN_TOKENS_REVOKE: _ClassVar[Permission]
    PERMISSION_AGENT_CREDENTIALS_REVOKE: _ClassVar[Permission]

class AuditClass(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    AUDIT_CLASS_UNSPECIFIED: _ClassVar[AuditClass]
    AUDIT_CLASS_NONE: _ClassVar[AuditClass]
    AUDIT_CLASS_CHANGE: _ClassVar[AuditClass]
    AUDIT_CLASS_ALWAYS: _ClassVar[AuditClass]

class RateClass(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RATE_CLASS_UNSPECIFIED: _ClassVar[RateClass]
    RATE_CLASS_READ: _ClassVar[RateClass]
    RATE_CLASS_WRITE: _ClassVar[RateClass]
    RATE_CLASS_EXPENSIVE: _ClassVar[RateClass]
    RATE_CLASS_LOGIN: _ClassVar[RateClass]
    RATE_CLASS_STREAM: _ClassVar[RateClass]
PERMISSION_UNSPECIFIED: Permission
PERMISSION_PUBLIC: Permission
PERMISSION_SELF: Permission
PERMISSION_MESHES_CREATE: Permission
PERMISSION_MESHES_GET: Permission
PERMISSION_MESHES_LIST: Permission
PERMISSION_MESHES_UPDATE: Permission
PERMISSION_MESHES_DELETE: Permission
PERMISSION_MESHES_WATCH: Permission
PERMISSION_AGENTS_PROVISION: Permission
PERMISSION_AGENTS_GET: Permission
PERMISSION_AGENTS_LIST: Permission
PERMISSION_AGENTS_UPDATE: Permission
PERMISSION_AGENTS_TERMINATE: Permission
PERMISSION_AGENTS_DELETE: Permission
PERMISSION_AGENTS_WATCH: Permission
PERMISSION_AGENTS_CALL: Permission
PERMISSION_AGENTS_LAUNCH: Permission
PERMISSION_LINKS_CONNECT: Permission
PERMISSION_MESSAGES_SEND: Permission
PERMISSION_MESSAGES_GET: Permission
PERMISSION_MESSAGES_CANCEL: Permission
PERMISSION_MESSAGES_SUBSCRIBE: Permission
PERMISSION_DEAD_LETTERS_GET: Permission
PERMISSION_DEAD_LETTERS_LIST: Permission
PERMISSION_DEAD_LETTERS_REPLAY: Permission
PERMISSION_DEAD_LETTERS_PURGE: Permission
PERMISSION_API_KEYS_CREATE: Permission
PERMISSION_API_KEYS_LIST: Permission
PERMISSION_API_KEYS_REVOKE: Permission
PERMISSION_JOIN_TOKENS_CREATE: Permission
PERMISSION_JOIN_TOKENS_LIST: Permission
PERMISSION_JOIN_TOKENS_REVOKE: Permission
PERMISSION_AGENT_CREDENTIALS_REVOKE: Permission
AUDIT_CLASS_UNSPECIFIED: AuditClass
AUDIT_CLASS_NONE: AuditClass
AUDIT_CLASS_CHANGE: AuditClass
AUDIT_CLASS_ALWAYS: AuditClass
RATE_CLASS_UNSPECIFIED: RateClass
RATE_CLASS_READ: RateClass
RATE_CLASS_WRITE: RateClass
RATE_CLASS_EXPENSIVE: RateClass
RATE_CLASS_LOGIN: RateClass
RATE_CLASS_STREAM: RateClass
ACCESS_FIELD_NUMBER: _ClassVar[int]
access: _descriptor.FieldDescriptor

class Access(_message.Message):
    __slots__ = ("permission", "scope_field", "audit", "rate")
    PERMISSION_FIELD_NUMBER: _ClassVar[int]
    SCOPE_FIELD_FIELD_NUMBER: _ClassVar[int]
    AUDIT_FIELD_NUMBER: _ClassVar[int]
    RATE_FIELD_NUMBER: _ClassVar[int]
    permission: Permission
    scope_field: str
    audit: AuditClass
    rate: RateClass
    def __init__(self, permission: _Optional[_Union[Permission, str]] = ..., scope_field: _Optional[str] = ..., audit: _Optional[_Union[AuditClass, str]] = ..., rate: _Optional[_Union[RateClass, str]] = ...) -> None: ...
