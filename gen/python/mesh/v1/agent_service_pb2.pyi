import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.api import annotations_pb2 as _annotations_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import field_mask_pb2 as _field_mask_pb2
from google.protobuf import struct_pb2 as _struct_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from mesh.options.v1 import access_pb2 as _access_pb2
from mesh.options.v1 import cli_pb2 as _cli_pb2
from mesh.options.v1 import sensitivity_pb2 as _sensitivity_pb2
from mesh.v1 import agent_pb2 as _agent_pb2
from mesh.v1 import watch_pb2 as _watch_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ProvisionAgentRequest(_message.Message):
    __slots__ = ("mesh_id", "agent_id", "role", "display_name", "labels", "desired_configuration", "join_token_ttl", "request_id", "validate_only", "launch")
    class LabelsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    MESH_ID_FIELD_NUMBER: _ClassVar[int]
    AGENT_ID_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    DESIRED_CONFIGURATION_FIELD_NUMBER: _ClassVar[int]
    JOIN_TOKEN_TTL_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    LAUNCH_FIELD_NUMBER: _ClassVar[int]
    mesh_id: str
    agent_id: str
    role: _agent_pb2.AgentRole
    display_name: str
    labels: _containers.ScalarMap[str, str]
    desired_configuration: _struct_pb2.Struct
    join_token_ttl: _duration_pb2.Duration
    request_id: str
    validate_only: bool
    launch: _agent_pb2.AgentLaunch
    def __init__(self, mesh_id: _Optional[str] = ..., agent_id: _Optional[str] = ..., role: _Optional[_Union[_agent_pb2.AgentRole, str]] = ..., display_name: _Optional[str] = ..., labels: _Optional[_Mapping[str, str]] = ..., desired_configuration: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., join_token_ttl: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., request_id: _Optional[str] = ..., validate_only: _Optional[bool] = ..., launch: _Optional[_Union[_agent_pb2.AgentLaunch, _Mapping]] = ...) -> None: ...

class ProvisionAgentResponse(_message.Message):
    __slots__ = ("agent", "join_token", "join_token_id", "expire_time")
    AGENT_FIELD_NUMBER: _ClassVar[int]
    JOIN_TOKEN_FIELD_NUMBER: _ClassVar[int]
    JOIN_TOKEN_ID_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    agent: _agent_pb2.Agent
    join_token: str
    join_token_id: str
    expire_time: _timestamp_pb2.Timestamp
    def __init__(self, agent: _Optional[_Union[_agent_pb2.Agent, _Mapping]] = ..., join_token: _Optional[str] = ..., join_token_id: _Optional[str] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class GetAgentRequest(_message.Message):
    __slots__ = ("mesh_id", "agent_id")
    MESH_ID_FIELD_NUMBER: _ClassVar[int]
    AGENT_ID_FIELD_NUMBER: _ClassVar[int]
    mesh_id: str
    agent_id: str
    def __init__(self, mesh_id: _Optional[str] = ..., agent_id: _Optional[str] = ...) -> None: ...

class GetAgentResponse(_message.Message):
    __slots__ = ("agent",)
    AGENT_FIELD_NUMBER: _ClassVar[int]
    agent: _agent_pb2.Agent
    def __init__(self, agent: _Optional[_Union[_agent_pb2.Agent, _Mapping]] = ...) -> None: ...

class ListAgentsRequest(_message.Message):
    __slots__ = ("page_size", "page_token", "mesh_id", "liveness", "states", "role", "match_labels")
    class MatchLabelsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    MESH_ID_FIELD_NUMBER: _ClassVar[int]
    LIVENESS_FIELD_NUMBER: _ClassVar[int]
    STATES_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    MATCH_LABELS_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    mesh_id: str
    liveness: _containers.RepeatedScalarFieldContainer[_agent_pb2.AgentLiveness]
    states: _containers.RepeatedScalarFieldContainer[_agent_pb2.AgentState]
    role: _agent_pb2.AgentRole
    match_labels: _containers.ScalarMap[str, str]
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., mesh_id: _Optional[str] = ..., liveness: _Optional[_Iterable[_Union[_agent_pb2.AgentLiveness, str]]] = ..., states: _Optional[_Iterable[_Union[_agent_pb2.AgentState, str]]] = ..., role: _Optional[_Union[_agent_pb2.AgentRole, str]] = ..., match_labels: _Optional[_Mapping[str, str]] = ...) -> None: ...

class ListAgentsResponse(_message.Message):
    __slots__ = ("agents", "next_page_token")
    AGENTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    agents: _containers.RepeatedCompositeFieldContainer[_agent_pb2.Agent]
    next_page_token: str
    def __init__(self, agents: _Optional[_Iterable[_Union[_agent_pb2.Agent, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class UpdateAgentRequest(_message.Message):
    __slots__ = ("mesh_id", "agent_id", "display_name", "labels", "desired_configuration", "update_mask", "etag")
    class LabelsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    MESH_ID_FIELD_NUMBER: _ClassVar[int]
    AGENT_ID_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    DESIRED_CONFIGURATION_FIELD_NUMBER: _ClassVar[int]
    UPDATE_MASK_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    mesh_id: str
    agent_id: str
    display_name: str
    labels: _containers.ScalarMap[str, str]
    desired_configuration: _struct_pb2.Struct
    update_mask: _field_mask_pb2.FieldMask
    etag: str
    def __init__(self, mesh_id: _Optional[str] = ..., agent_id: _Optional[str] = ..., display_name: _Optional[str] = ..., labels: _Optional[_Mapping[str, str]] = ..., desired_configuration: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., update_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ..., etag: _Optional[str] = ...) -> None: ...

class UpdateAgentResponse(_message.Message):
    __slots__ = ("agent",)
    AGENT_FIELD_NUMBER: _ClassVar[int]
    agent: _agent_pb2.Agent
    def __init__(self, agent: _Optional[_Union[_agent_pb2.Agent, _Mapping]] = ...) -> None: ...

class TerminateAgentRequest(_message.Message):
    __slots__ = ("mesh_id", "agent_id", "grace", "reason", "etag", "validate_only")
    MESH_ID_FIELD_NUMBER: _ClassVar[int]
    AGENT_ID_FIELD_NUMBER: _ClassVar[int]
    GRACE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    mesh_id: str
    agent_id: str
    grace: _duration_pb2.Duration
    reason: str
    etag: str
    validate_only: bool
    def __init__(self, mesh_id: _Optional[str] = ..., agent_id: _Optional[str] = ..., grace: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., reason: _Optional[str] = ..., etag: _Optional[str] = ..., validate_only: _Optional[bool] = ...) -> None: ...

class TerminateAgentResponse(_message.Message):
    __slots__ = ("agent",)
    AGENT_FIELD_NUMBER: _ClassVar[int]
    agent: _agent_pb2.Agent
    def __init__(self, agent: _Optional[_Union[_agent_pb2.Agent, _Mapping]] = ...) -> None: ...

class DeleteAgentRequest(_message.Message):
    __slots__ = ("mesh_id", "agent_id", "etag", "validate_only")
    MESH_ID_FIELD_NUMBER: _ClassVar[int]
    AGENT_ID_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    mesh_id: str
    agent_id: str
    etag: str
    validate_only: bool
    def __init__(self, mesh_id: _Optional[str] = ..., agent_id: _Optional[str] = ..., etag: _Optional[str] = ..., validate_only: _Optional[bool] = ...) -> None: ...

class DeleteAgentResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class WatchAgentsRequest(_message.Message):
    __slots__ = ("mesh_id", "cursor")
    MESH_ID_FIELD_NUMBER: _ClassVar[int]
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    mesh_id: str
    cursor: str
    def __init__(self, mesh_id: _Optional[str] = ..., cursor: _Optional[str] = ...) -> None: ...

class WatchAgentsResponse(_message.Message):
    __slots__ = ("changes", "cursor", "phase", "more")
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    PHASE_FIELD_NUMBER: _ClassVar[int]
    MORE_FIELD_NUMBER: _ClassVar[int]
    changes: _containers.RepeatedCompositeFieldContainer[AgentChange]
    cursor: str
    phase: _watch_pb2.WatchPhase
    more: bool
    def __init__(self, changes: _Optional[_Iterable[_Union[AgentChange, _Mapping]]] = ..., cursor: _Optional[str] = ..., phase: _Optional[_Union[_watch_pb2.WatchPhase, str]] = ..., more: _Optional[bool] = ...) -> None: ...

class AgentChange(_message.Message):
    __slots__ = ("agent", "deleted_agent_id")
    AGENT_FIELD_NUMBER: _ClassVar[int]
    DELETED_AGENT_ID_FIELD_NUMBER: _ClassVar[int]
    agent: _agent_pb2.Agent
    deleted_agent_id: str
    def __init__(self, agent: _Optional[_Union[_agent_pb2.Agent, _Mapping]] = ..., deleted_agent_id: _Optional[str] = ...) -> None: ...
