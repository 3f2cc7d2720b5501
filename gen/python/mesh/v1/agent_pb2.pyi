import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import struct_pb2 as _struct_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from mesh.options.v1 import sensitivity_pb2 as _sensitivity_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class AgentRole(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    AGENT_ROLE_UNSPECIFIED: _ClassVar[AgentRole]
    AGENT_ROLE_WORKER: _ClassVar[AgentRole]
    AGENT_ROLE_MANAGER: _ClassVar[AgentRole]

class AgentState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    AGENT_STATE_UNSPECIFIED: _ClassVar[AgentState]
    AGENT_STATE_PROVISIONED: _ClassVar[AgentState]
    AGENT_STATE_STARTING: _ClassVar[AgentState]
    AGENT_STATE_RUNNING: _ClassVar[AgentState]
    AGENT_STATE_DRAINING: _ClassVar[AgentState]
    AGENT_STATE_TERMINATED: _ClassVar[AgentState]
    AGENT_STATE_FAILED: _ClassVar[AgentState]

class AgentDesiredState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    AGENT_DESIRED_STATE_UNSPECIFIED: _ClassVar[AgentDesiredState]
    AGENT_DESIRED_STATE_RUNNING: _ClassVar[AgentDesiredState]
    AGENT_DESIRED_STATE_TERMINATED: _ClassVar[AgentDesiredState]

class AgentLiveness(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    AGENT_LIVENESS_UNSPECIFIED: _ClassVar[AgentLiveness]
    AGENT_LIVENESS_JOINING: _ClassVar[AgentLiveness]
    AGENT_LIVENESS_ALIVE: _ClassVar[AgentLiveness]
    AGENT_LIVENESS_SUSPECT: _ClassVar[AgentLiveness]
    AGENT_LIVENESS_LOST: _ClassVar[AgentLiveness]
    AGENT_LIVENESS_LEFT: _ClassVar[AgentLiveness]

class LivenessCause(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    LIVENESS_CAUSE_UNSPECIFIED: _ClassVar[LivenessCause]
    LIVENESS_CAUSE_SESSION_STARTED: _ClassVar[LivenessCause]
    LIVENESS_CAUSE_FRAME_RECEIVED: _ClassVar[LivenessCause]
    LIVENESS_CAUSE_MISSED_HEARTBEATS: _ClassVar[LivenessCause]
    LIVENESS_CAUSE_STREAM_ENDED: _ClassVar[LivenessCause]
    LIVENESS_CAUSE_GOODBYE: _ClassVar[LivenessCause]
    LIVENESS_CAUSE_SERVER_RESTARTED: _ClassVar[LivenessCause]
    LIVENESS_CAUSE_TERMINATED: _ClassVar[LivenessCause]
    LIVENESS_CAUSE_CREDENTIAL_REVOKED: _ClassVar[LivenessCause]
    LIVENESS_CAUSE_PROTOCOL_VIOLATION: _ClassVar[LivenessCause]

class ProcessState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PROCESS_STATE_UNSPECIFIED: _ClassVar[ProcessState]
    PROCESS_STATE_STARTING: _ClassVar[ProcessState]
    PROCESS_STATE_RUNNING: _ClassVar[ProcessState]
    PROCESS_STATE_STOPPING: _ClassVar[ProcessState]
    PROCESS_STATE_GONE: _ClassVar[ProcessState]
    PROCESS_STATE_FAILED: _ClassVar[ProcessState]
AGENT_ROLE_UNSPECIFIED: AgentRole
AGENT_ROLE_WORKER: AgentRole
AGENT_ROLE_MANAGER: AgentRole
AGENT_STATE_UNSPECIFIED: AgentState
AGENT_STATE_PROVISIONED: AgentState
AGENT_STATE_STARTING: AgentState
AGENT_STATE_RUNNING: AgentState
AGENT_STATE_DRAINING: AgentState
AGENT_STATE_TERMINATED: AgentState
AGENT_STATE_FAILED: AgentState
AGENT_DESIRED_STATE_UNSPECIFIED: AgentDesiredState
AGENT_DESIRED_STATE_RUNNING: AgentDesiredState
AGENT_DESIRED_STATE_TERMINATED: AgentDesiredState
AGENT_LIVENESS_UNSPECIFIED: AgentLiveness
AGENT_LIVENESS_JOINING: AgentLiveness
AGENT_LIVENESS_ALIVE: AgentLiveness
AGENT_LIVENESS_SUSPECT: AgentLiveness
AGENT_LIVENESS_LOST: AgentLiveness
AGENT_LIVENESS_LEFT: AgentLiveness
LIVENESS_CAUSE_UNSPECIFIED: LivenessCause
LIVENESS_CAUSE_SESSION_STARTED: LivenessCause
LIVENESS_CAUSE_FRAME_RECEIVED: LivenessCause
LIVENESS_CAUSE_MISSED_HEARTBEATS: LivenessCause
LIVENESS_CAUSE_STREAM_ENDED: LivenessCause
LIVENESS_CAUSE_GOODBYE: LivenessCause
LIVENESS_CAUSE_SERVER_RESTARTED: LivenessCause
LIVENESS_CAUSE_TERMINATED: LivenessCause
LIVENESS_CAUSE_CREDENTIAL_REVOKED: LivenessCause
LIVENESS_CAUSE_PROTOCOL_VIOLATION: LivenessCause
PROCESS_STATE_UNSPECIFIED: ProcessState
PROCESS_STATE_STARTING: ProcessState
PROCESS_STATE_RUNNING: ProcessState
PROCESS_STATE_STOPPING: ProcessState
PROCESS_STATE_GONE: ProcessState
PROCESS_STATE_FAILED: ProcessState

class Agent(_message.Message):
    __slots__ = ("mesh_id", "agent_id", "uid", "role", "display_name", "labels", "capabilities", "runtime", "desired_configuration", "effective_configuration", "desired_state", "terminate_time", "status", "create_time", "update_time", "etag", "launch", "launch_templates")
    class LabelsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    MESH_ID_FIELD_NUMBER: _ClassVar[int]
    AGENT_ID_FIELD_NUMBER: _ClassVar[int]
    UID_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    CAPABILITIES_FIELD_NUMBER: _ClassVar[int]
    RUNTIME_FIELD_NUMBER: _ClassVar[int]
    DESIRED_CONFIGURATION_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_CONFIGURATION_FIELD_NUMBER: _ClassVar[int]
    DESIRED_STATE_FIELD_NUMBER: _ClassVar[int]
    TERMINATE_TIME_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    LAUNCH_FIELD_NUMBER: _ClassVar[int]
    LAUNCH_TEMPLATES_FIELD_NUMBER: _ClassVar[int]
    mesh_id: str
    agent_id: str
    uid: str
    role: AgentRole
    display_name: str
    labels: _containers.ScalarMap[str, str]
    capabilities: _containers.RepeatedScalarFieldContainer[str]
    runtime: AgentRuntime
    desired_configuration: _struct_pb2.Struct
    effective_configuration: _struct_pb2.Struct
    desired_state: AgentDesiredState
    terminate_time: _timestamp_pb2.Timestamp
    status: AgentStatus
    create_time: _timestamp_pb2.Timestamp
    update_time: _timestamp_pb2.Timestamp
    etag: str
    launch: AgentLaunch
    launch_templates: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, mesh_id: _Optional[str] = ..., agent_id: _Optional[str] = ..., uid: _Optional[str] = ..., role: _Optional[_Union[AgentRole, str]] = ..., display_name: _Optional[str] = ..., labels: _Optional[_Mapping[str, str]] = ..., capabilities: _Optional[_Iterable[str]] = ..., runtime: _Optional[_Union[AgentRuntime, _Mapping]] = ..., desired_configuration: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., effective_configuration: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., desired_state: _Optional[_Union[AgentDesiredState, str]] = ..., terminate_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., status: _Optional[_Union[AgentStatus, _Mapping]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., etag: _Optional[str] = ..., launch: _Optional[_Union[AgentLaunch, _Mapping]] = ..., launch_templates: _Optional[_Iterable[str]] = ...) -> None: ...

class AgentLaunch(_message.Message):
    __slots__ = ("launcher_id", "template")
    LAUNCHER_ID_FIELD_NUMBER: _ClassVar[int]
    TEMPLATE_FIELD_NUMBER: _ClassVar[int]
    launcher_id: str
    template: str
    def __init__(self, launcher_id: _Optional[str] = ..., template: _Optional[str] = ...) -> None: ...

class AgentSelector(_message.Message):
    __slots__ = ("agent_ids", "roles", "capabilities", "match_labels", "expression")
    class MatchLabelsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    AGENT_IDS_FIELD_NUMBER: _ClassVar[int]
    ROLES_FIELD_NUMBER: _ClassVar[int]
    CAPABILITIES_FIELD_NUMBER: _ClassVar[int]
    MATCH_LABELS_FIELD_NUMBER: _ClassVar[int]
    EXPRESSION_FIELD_NUMBER: _ClassVar[int]
    agent_ids: _containers.RepeatedScalarFieldContainer[str]
    roles: _containers.RepeatedScalarFieldContainer[AgentRole]
    capabilities: _containers.RepeatedScalarFieldContainer[str]
    match_labels: _containers.ScalarMap[str, str]
    expression: str
    def __init__(self, agent_ids: _Optional[_Iterable[str]] = ..., roles: _Optional[_Iterable[_Union[AgentRole, str]]] = ..., capabilities: _Optional[_Iterable[str]] = ..., match_labels: _Optional[_Mapping[str, str]] = ..., expression: _Optional[str] = ...) -> None: ...

class AgentProcess(_message.Message):
    __slots__ = ("state", "process_id", "exit_code", "signal", "restarts", "reason", "time", "next_start_time")
    STATE_FIELD_NUMBER: _ClassVar[int]
    PROCESS_ID_FIELD_NUMBER: _ClassVar[int]
    EXIT_CODE_FIELD_NUMBER: _ClassVar[int]
    SIGNAL_FIELD_NUMBER: _ClassVar[int]
    RESTARTS_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    TIME_FIELD_NUMBER: _ClassVar[int]
    NEXT_START_TIME_FIELD_NUMBER: _ClassVar[int]
    state: ProcessState
    process_id: int
    exit_code: int
    signal: str
    restarts: int
    reason: str
    time: _timestamp_pb2.Timestamp
    next_start_time: _timestamp_pb2.Timestamp
    def __init__(self, state: _Optional[_Union[ProcessState, str]] = ..., process_id: _Optional[int] = ..., exit_code: _Optional[int] = ..., signal: _Optional[str] = ..., restarts: _Optional[int] = ..., reason: _Optional[str] = ..., time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., next_start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class AgentStatus(_message.Message):
    __slots__ = ("liveness", "liveness_cause", "liveness_evidence", "liveness_time", "last_seen_time", "state", "reason", "session", "load", "health", "process")
    LIVENESS_FIELD_NUMBER: _ClassVar[int]
    LIVENESS_CAUSE_FIELD_NUMBER: _ClassVar[int]
    LIVENESS_EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    LIVENESS_TIME_FIELD_NUMBER: _ClassVar[int]
    LAST_SEEN_TIME_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    SESSION_FIELD_NUMBER: _ClassVar[int]
    LOAD_FIELD_NUMBER: _ClassVar[int]
    HEALTH_FIELD_NUMBER: _ClassVar[int]
    PROCESS_FIELD_NUMBER: _ClassVar[int]
    liveness: AgentLiveness
    liveness_cause: LivenessCause
    liveness_evidence: str
    liveness_time: _timestamp_pb2.Timestamp
    last_seen_time: _timestamp_pb2.Timestamp
    state: AgentState
    reason: str
    session: AgentSession
    load: AgentLoad
    health: _containers.RepeatedCompositeFieldContainer[HealthCheck]
    process: AgentProcess
    def __init__(self, liveness: _Optional[_Union[AgentLiveness, str]] = ..., liveness_cause: _Optional[_Union[LivenessCause, str]] = ..., liveness_evidence: _Optional[str] = ..., liveness_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., last_seen_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., state: _Optional[_Union[AgentState, str]] = ..., reason: _Optional[str] = ..., session: _Optional[_Union[AgentSession, _Mapping]] = ..., load: _Optional[_Union[AgentLoad, _Mapping]] = ..., health: _Optional[_Iterable[_Union[HealthCheck, _Mapping]]] = ..., process: _Optional[_Union[AgentProcess, _Mapping]] = ...) -> None: ...

class AgentSession(_message.Message):
    __slots__ = ("session_id", "epoch", "node_id", "connect_time", "peer_address", "round_trip_duration")
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    NODE_ID_FIELD_NUMBER: _ClassVar[int]
    CONNECT_TIME_FIELD_NUMBER: _ClassVar[int]
    PEER_ADDRESS_FIELD_NUMBER: _ClassVar[int]
    ROUND_TRIP_DURATION_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    epoch: int
    node_id: str
    connect_time: _timestamp_pb2.Timestamp
    peer_address: str
    round_trip_duration: _duration_pb2.Duration
    def __init__(self, session_id: _Optional[str] = ..., epoch: _Optional[int] = ..., node_id: _Optional[str] = ..., connect_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., peer_address: _Optional[str] = ..., round_trip_duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class AgentLoad(_message.Message):
    __slots__ = ("cpu_cores", "memory_bytes", "loop_delay_duration", "calls_in_flight")
    CPU_CORES_FIELD_NUMBER: _ClassVar[int]
    MEMORY_BYTES_FIELD_NUMBER: _ClassVar[int]
    LOOP_DELAY_DURATION_FIELD_NUMBER: _ClassVar[int]
    CALLS_IN_FLIGHT_FIELD_NUMBER: _ClassVar[int]
    cpu_cores: float
    memory_bytes: int
    loop_delay_duration: _duration_pb2.Duration
    calls_in_flight: int
    def __init__(self, cpu_cores: _Optional[float] = ..., memory_bytes: _Optional[int] = ..., loop_delay_duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., calls_in_flight: _Optional[int] = ...) -> None: ...

class HealthCheck(_message.Message):
    __slots__ = ("name", "result", "message")
    class Result(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        RESULT_UNSPECIFIED: _ClassVar[HealthCheck.Result]
        RESULT_PASSING: _ClassVar[HealthCheck.Result]
        RESULT_WARNING: _ClassVar[HealthCheck.Result]
        RESULT_FAILING: _ClassVar[HealthCheck.Result]
    RESULT_UNSPECIFIED: HealthCheck.Result
    RESULT_PASSING: HealthCheck.Result
    RESULT_WARNING: HealthCheck.Result
    RESULT_FAILING: HealthCheck.Result
    NAME_FIELD_NUMBER: _ClassVar[int]
    RESULT_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    name: str
    result: HealthCheck.Result
    message: str
    def __init__(self, name: _Optional[str] = ..., result: _Optional[_Union[HealthCheck.Result, str]] = ..., message: _Optional[str] = ...) -> None: ...

class AgentRuntime(_message.Message):
    __slots__ = ("name", "version", "platform", "host_name", "process_id", "sdk")
    NAME_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    PLATFORM_FIELD_NUMBER: _ClassVar[int]
    HOST_NAME_FIELD_NUMBER: _ClassVar[int]
    PROCESS_ID_FIELD_NUMBER: _ClassVar[int]
    SDK_FIELD_NUMBER: _ClassVar[int]
    name: str
    version: str
    platform: str
    host_name: str
    process_id: int
    sdk: str
    def __init__(self, name: _Optional[str] = ..., version: _Optional[str] = ..., platform: _Optional[str] = ..., host_name: _Optional[str] = ..., process_id: _Optional[int] = ..., sdk: _Optional[str] = ...) -> None: ...
