import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from mesh.options.v1 import access_pb2 as _access_pb2
from mesh.options.v1 import sensitivity_pb2 as _sensitivity_pb2
from mesh.v1 import agent_pb2 as _agent_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Role(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ROLE_UNSPECIFIED: _ClassVar[Role]
    ROLE_ADMIN: _ClassVar[Role]
    ROLE_OPERATOR: _ClassVar[Role]
    ROLE_VIEWER: _ClassVar[Role]
    ROLE_AGENT: _ClassVar[Role]
ROLE_UNSPECIFIED: Role
ROLE_ADMIN: Role
ROLE_OPERATOR: Role
ROLE_VIEWER: Role
ROLE_AGENT: Role

class ApiKey(_message.Message):
    __slots__ = ("key_id", "display_name", "role", "mesh_id", "creator", "create_time", "expire_time", "last_use_time", "revoke_time")
    KEY_ID_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    MESH_ID_FIELD_NUMBER: _ClassVar[int]
    CREATOR_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    LAST_USE_TIME_FIELD_NUMBER: _ClassVar[int]
    REVOKE_TIME_FIELD_NUMBER: _ClassVar[int]
    key_id: str
    display_name: str
    role: Role
    mesh_id: str
    creator: str
    create_time: _timestamp_pb2.Timestamp
    expire_time: _timestamp_pb2.Timestamp
    last_use_time: _timestamp_pb2.Timestamp
    revoke_time: _timestamp_pb2.Timestamp
    def __init__(self, key_id: _Optional[str] = ..., display_name: _Optional[str] = ..., role: _Optional[_Union[Role, str]] = ..., mesh_id: _Optional[str] = ..., creator: _Optional[str] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., last_use_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., revoke_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class JoinToken(_message.Message):
    __slots__ = ("token_id", "mesh_id", "agent_id", "role", "labels", "uses_max", "uses", "creator", "create_time", "expire_time", "revoke_time")
    class LabelsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    TOKEN_ID_FIELD_NUMBER: _ClassVar[int]
    MESH_ID_FIELD_NUMBER: _ClassVar[int]
    AGENT_ID_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    USES_MAX_FIELD_NUMBER: _ClassVar[int]
    USES_FIELD_NUMBER: _ClassVar[int]
    CREATOR_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    REVOKE_TIME_FIELD_NUMBER: _ClassVar[int]
    token_id: str
    mesh_id: str
    agent_id: str
    role: _agent_pb2.AgentRole
    labels: _containers.ScalarMap[str, str]
    uses_max: int
    uses: int
    creator: str
    create_time: _timestamp_pb2.Timestamp
    expire_time: _timestamp_pb2.Timestamp
    revoke_time: _timestamp_pb2.Timestamp
    def __init__(self, token_id: _Optional[str] = ..., mesh_id: _Optional[str] = ..., agent_id: _Optional[str] = ..., role: _Optional[_Union[_agent_pb2.AgentRole, str]] = ..., labels: _Optional[_Mapping[str, str]] = ..., uses_max: _Optional[int] = ..., uses: _Optional[int] = ..., creator: _Optional[str] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., revoke_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class AuthContext(_message.Message):
    __slots__ = ("principal_kind", "principal_id", "display_name", "role", "mesh_id", "permissions", "expire_time")
    class PrincipalKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        PRINCIPAL_KIND_UNSPECIFIED: _ClassVar[AuthContext.PrincipalKind]
        PRINCIPAL_KIND_API_KEY: _ClassVar[AuthContext.PrincipalKind]
        PRINCIPAL_KIND_AGENT: _ClassVar[AuthContext.PrincipalKind]
        PRINCIPAL_KIND_BOOTSTRAP: _ClassVar[AuthContext.PrincipalKind]
    PRINCIPAL_KIND_UNSPECIFIED: AuthContext.PrincipalKind
    PRINCIPAL_KIND_API_KEY: AuthContext.PrincipalKind
    PRINCIPAL_KIND_AGENT: AuthContext.PrincipalKind
    PRINCIPAL_KIND_BOOTSTRAP: AuthContext.PrincipalKind
    PRINCIPAL_KIND_FIELD_NUMBER: _ClassVar[int]
    PRINCIPAL_ID_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    MESH_ID_FIELD_NUMBER: _ClassVar[int]
    PERMISSIONS_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    principal_kind: AuthContext.PrincipalKind
    principal_id: str
    display_name: str
    role: Role
    mesh_id: str
    permissions: _containers.RepeatedScalarFieldContainer[_access_pb2.Permission]
    expire_time: _timestamp_pb2.Timestamp
    def __init__(self, principal_kind: _Optional[_Union[AuthContext.PrincipalKind, str]] = ..., principal_id: _Optional[str] = ..., display_name: _Optional[str] = ..., role: _Optional[_Union[Role, str]] = ..., mesh_id: _Optional[str] = ..., permissions: _Optional[_Iterable[_Union[_access_pb2.Permission, str]]] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...
