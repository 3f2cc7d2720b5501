import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from mesh.v1 import agent_pb2 as _agent_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Mesh(_message.Message):
    __slots__ = ("mesh_id", "uid", "display_name", "labels", "settings", "state", "create_time", "update_time", "etag")
    class State(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        STATE_UNSPECIFIED: _ClassVar[Mesh.State]
        STATE_ACTIVE: _ClassVar[Mesh.State]
        STATE_DELETING: _ClassVar[Mesh.State]
    STATE_UNSPECIFIED: Mesh.State
    STATE_ACTIVE: Mesh.State
    STATE_DELETING: Mesh.State
    class LabelsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    MESH_ID_FIELD_NUMBER: _ClassVar[int]
    UID_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    SETTINGS_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    mesh_id: str
    uid: str
    display_name: str
    labels: _containers.ScalarMap[str, str]
    settings: MeshSettings
    state: Mesh.State
    create_time: _timestamp_pb2.Timestamp
    update_time: _timestamp_pb2.Timestamp
    etag: str
    def __init__(self, mesh_id: _Optional[str] = ..., uid: _Optional[str] = ..., display_name: _Optional[str] = ..., labels: _Optional[_Mapping[str, str]] = ..., settings: _Optional[_Union[MeshSettings, _Mapping]] = ..., state: _Optional[_Union[Mesh.State, str]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., etag: _Optional[str] = ...) -> None: ...

class MeshSettings(_message.Message):
    __slots__ = ("heartbeat_interval", "lost_after")
    HEARTBEAT_INTERVAL_FIELD_NUMBER: _ClassVar[int]
    LOST_AFTER_FIELD_NUMBER: _ClassVar[int]
    heartbeat_interval: _duration_pb2.Duration
    lost_after: _duration_pb2.Duration
    def __init__(self, heartbeat_interval: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., lost_after: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class MeshStatus(_message.Message):
    __slots__ = ("mesh_id", "health", "reason", "agents", "by_liveness", "by_state", "by_role", "sessions", "calls_in_flight", "traffic", "time", "mail")
    class Health(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        HEALTH_UNSPECIFIED: _ClassVar[MeshStatus.Health]
        HEALTH_HEALTHY: _ClassVar[MeshStatus.Health]
        HEALTH_DEGRADED: _ClassVar[MeshStatus.Health]
        HEALTH_UNHEALTHY: _ClassVar[MeshStatus.Health]
        HEALTH_EMPTY: _ClassVar[MeshStatus.Health]
    HEALTH_UNSPECIFIED: MeshStatus.Health
    HEALTH_HEALTHY: MeshStatus.Health
    HEALTH_DEGRADED: MeshStatus.Health
    HEALTH_UNHEALTHY: MeshStatus.Health
    HEALTH_EMPTY: MeshStatus.Health
    MESH_ID_FIELD_NUMBER: _ClassVar[int]
    HEALTH_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    AGENTS_FIELD_NUMBER: _ClassVar[int]
    BY_LIVENESS_FIELD_NUMBER: _ClassVar[int]
    BY_STATE_FIELD_NUMBER: _ClassVar[int]
    BY_ROLE_FIELD_NUMBER: _ClassVar[int]
    SESSIONS_FIELD_NUMBER: _ClassVar[int]
    CALLS_IN_FLIGHT_FIELD_NUMBER: _ClassVar[int]
    TRAFFIC_FIELD_NUMBER: _ClassVar[int]
    TIME_FIELD_NUMBER: _ClassVar[int]
    MAIL_FIELD_NUMBER: _ClassVar[int]
    mesh_id: str
    health: MeshStatus.Health
    reason: str
    agents: int
    by_liveness: _containers.RepeatedCompositeFieldContainer[LivenessCount]
    by_state: _containers.RepeatedCompositeFieldContainer[StateCount]
    by_role: _containers.RepeatedCompositeFieldContainer[RoleCount]
    sessions: int
    calls_in_flight: int
    traffic: MeshTraffic
    time: _timestamp_pb2.Timestamp
    mail: MeshMail
    def __init__(self, mesh_id: _Optional[str] = ..., health: _Optional[_Union[MeshStatus.Health, str]] = ..., reason: _Optional[str] = ..., agents: _Optional[int] = ..., by_liveness: _Optional[_Iterable[_Union[LivenessCount, _Mapping]]] = ..., by_state: _Optional[_Iterable[_Union[StateCount, _Mapping]]] = ..., by_role: _Optional[_Iterable[_Union[RoleCount, _Mapping]]] = ..., sessions: _Optional[int] = ..., calls_in_flight: _Optional[int] = ..., traffic: _Optional[_Union[MeshTraffic, _Mapping]] = ..., time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., mail: _Optional[_Union[MeshMail, _Mapping]] = ...) -> None: ...

class MeshMail(_message.Message):
    __slots__ = ("waiting", "scheduled", "in_flight", "dead_letters")
    WAITING_FIELD_NUMBER: _ClassVar[int]
    SCHEDULED_FIELD_NUMBER: _ClassVar[int]
    IN_FLIGHT_FIELD_NUMBER: _ClassVar[int]
    DEAD_LETTERS_FIELD_NUMBER: _ClassVar[int]
    waiting: int
    scheduled: int
    in_flight: int
    dead_letters: int
    def __init__(self, waiting: _Optional[int] = ..., scheduled: _Optional[int] = ..., in_flight: _Optional[int] = ..., dead_letters: _Optional[int] = ...) -> None: ...

class LivenessCount(_message.Message):
    __slots__ = ("liveness", "agents")
    LIVENESS_FIELD_NUMBER: _ClassVar[int]
    AGENTS_FIELD_NUMBER: _ClassVar[int]
    liveness: _agent_pb2.AgentLiveness
    agents: int
    def __init__(self, liveness: _Optional[_Union[_agent_pb2.AgentLiveness, str]] = ..., agents: _Optional[int] = ...) -> None: ...

class StateCount(_message.Message):
    __slots__ = ("state", "agents")
    STATE_FIELD_NUMBER: _ClassVar[int]
    AGENTS_FIELD_NUMBER: _ClassVar[int]
    state: _agent_pb2.AgentState
    agents: int
    def __init__(self, state: _Optional[_Union[_agent_pb2.AgentState, str]] = ..., agents: _Optional[int] = ...) -> None: ...

class RoleCount(_message.Message):
    __slots__ = ("role", "agents")
    ROLE_FIELD_NUMBER: _ClassVar[int]
    AGENTS_FIELD_NUMBER: _ClassVar[int]
    role: _agent_pb2.AgentRole
    agents: int
    def __init__(self, role: _Optional[_Union[_agent_pb2.AgentRole, str]] = ..., agents: _Optional[int] = ...) -> None: ...

class MeshTraffic(_message.Message):
    __slots__ = ("frames_received", "frames_sent", "messages_delivered", "messages_dropped", "calls_succeeded", "calls_failed", "messages_per_second", "calls_per_second", "messages_accepted", "messages_redelivered", "messages_acknowledged", "messages_dead_lettered")
    FRAMES_RECEIVED_FIELD_NUMBER: _ClassVar[int]
    FRAMES_SENT_FIELD_NUMBER: _ClassVar[int]
    MESSAGES_DELIVERED_FIELD_NUMBER: _ClassVar[int]
    MESSAGES_DROPPED_FIELD_NUMBER: _ClassVar[int]
    CALLS_SUCCEEDED_FIELD_NUMBER: _ClassVar[int]
    CALLS_FAILED_FIELD_NUMBER: _ClassVar[int]
    MESSAGES_PER_SECOND_FIELD_NUMBER: _ClassVar[int]
    CALLS_PER_SECOND_FIELD_NUMBER: _ClassVar[int]
    MESSAGES_ACCEPTED_FIELD_NUMBER: _ClassVar[int]
    MESSAGES_REDELIVERED_FIELD_NUMBER: _ClassVar[int]
    MESSAGES_ACKNOWLEDGED_FIELD_NUMBER: _ClassVar[int]
    MESSAGES_DEAD_LETTERED_FIELD_NUMBER: _ClassVar[int]
    frames_received: int
    frames_sent: int
    messages_delivered: int
    messages_dropped: int
    calls_succeeded: int
    calls_failed: int
    messages_per_second: float
    calls_per_second: float
    messages_accepted: int
    messages_redelivered: int
    messages_acknowledged: int
    messages_dead_lettered: int
    def __init__(self, frames_received: _Optional[int] = ..., frames_sent: _Optional[int] = ..., messages_delivered: _Optional[int] = ..., messages_dropped: _Optional[int] = ..., calls_succeeded: _Optional[int] = ..., calls_failed: _Optional[int] = ..., messages_per_second: _Optional[float] = ..., calls_per_second: _Optional[float] = ..., messages_accepted: _Optional[int] = ..., messages_redelivered: _Optional[int] = ..., messages_acknowledged: _Optional[int] = ..., messages_dead_lettered: _Optional[int] = ...) -> None: ...

class MeshTopology(_message.Message):
    __slots__ = ("nodes", "edges", "time")
    NODES_FIELD_NUMBER: _ClassVar[int]
    EDGES_FIELD_NUMBER: _ClassVar[int]
    TIME_FIELD_NUMBER: _ClassVar[int]
    nodes: _containers.RepeatedCompositeFieldContainer[TopologyNode]
    edges: _containers.RepeatedCompositeFieldContainer[TopologyEdge]
    time: _timestamp_pb2.Timestamp
    def __init__(self, nodes: _Optional[_Iterable[_Union[TopologyNode, _Mapping]]] = ..., edges: _Optional[_Iterable[_Union[TopologyEdge, _Mapping]]] = ..., time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class TopologyNode(_message.Message):
    __slots__ = ("node_id", "kind", "role", "liveness", "state", "capabilities")
    class Kind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        KIND_UNSPECIFIED: _ClassVar[TopologyNode.Kind]
        KIND_SERVER: _ClassVar[TopologyNode.Kind]
        KIND_AGENT: _ClassVar[TopologyNode.Kind]
    KIND_UNSPECIFIED: TopologyNode.Kind
    KIND_SERVER: TopologyNode.Kind
    KIND_AGENT: TopologyNode.Kind
    NODE_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    LIVENESS_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    CAPABILITIES_FIELD_NUMBER: _ClassVar[int]
    node_id: str
    kind: TopologyNode.Kind
    role: _agent_pb2.AgentRole
    liveness: _agent_pb2.AgentLiveness
    state: _agent_pb2.AgentState
    capabilities: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, node_id: _Optional[str] = ..., kind: _Optional[_Union[TopologyNode.Kind, str]] = ..., role: _Optional[_Union[_agent_pb2.AgentRole, str]] = ..., liveness: _Optional[_Union[_agent_pb2.AgentLiveness, str]] = ..., state: _Optional[_Union[_agent_pb2.AgentState, str]] = ..., capabilities: _Optional[_Iterable[str]] = ...) -> None: ...

class TopologyEdge(_message.Message):
    __slots__ = ("from_node_id", "to_node_id", "kind", "round_trip_duration", "messages", "calls")
    class Kind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        KIND_UNSPECIFIED: _ClassVar[TopologyEdge.Kind]
        KIND_LINK: _ClassVar[TopologyEdge.Kind]
        KIND_FLOW: _ClassVar[TopologyEdge.Kind]
    KIND_UNSPECIFIED: TopologyEdge.Kind
    KIND_LINK: TopologyEdge.Kind
    KIND_FLOW: TopologyEdge.Kind
    FROM_NODE_ID_FIELD_NUMBER: _ClassVar[int]
    TO_NODE_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    ROUND_TRIP_DURATION_FIELD_NUMBER: _ClassVar[int]
    MESSAGES_FIELD_NUMBER: _ClassVar[int]
    CALLS_FIELD_NUMBER: _ClassVar[int]
    from_node_id: str
    to_node_id: str
    kind: TopologyEdge.Kind
    round_trip_duration: _duration_pb2.Duration
    messages: int
    calls: int
    def __init__(self, from_node_id: _Optional[str] = ..., to_node_id: _Optional[str] = ..., kind: _Optional[_Union[TopologyEdge.Kind, str]] = ..., round_trip_duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., messages: _Optional[int] = ..., calls: _Optional[int] = ...) -> None: ...

class MeshChange(_message.Message):
    __slots__ = ("time", "mesh", "deleted_mesh_id", "agent", "deleted_agent_id", "liveness")
    TIME_FIELD_NUMBER: _ClassVar[int]
    MESH_FIELD_NUMBER: _ClassVar[int]
    DELETED_MESH_ID_FIELD_NUMBER: _ClassVar[int]
    AGENT_FIELD_NUMBER: _ClassVar[int]
    DELETED_AGENT_ID_FIELD_NUMBER: _ClassVar[int]
    LIVENESS_FIELD_NUMBER: _ClassVar[int]
    time: _timestamp_pb2.Timestamp
    mesh: Mesh
    deleted_mesh_id: str
    agent: _agent_pb2.Agent
    deleted_agent_id: str
    liveness: LivenessChange
    def __init__(self, time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., mesh: _Optional[_Union[Mesh, _Mapping]] = ..., deleted_mesh_id: _Optional[str] = ..., agent: _Optional[_Union[_agent_pb2.Agent, _Mapping]] = ..., deleted_agent_id: _Optional[str] = ..., liveness: _Optional[_Union[LivenessChange, _Mapping]] = ...) -> None: ...

class LivenessChange(_message.Message):
    __slots__ = ("agent_id", "agent_uid", "previous", "liveness", "cause", "evidence", "time", "last_seen_time")
    AGENT_ID_FIELD_NUMBER: _ClassVar[int]
    AGENT_UID_FIELD_NUMBER: _ClassVar[int]
    PREVIOUS_FIELD_NUMBER: _ClassVar[int]
    LIVENESS_FIELD_NUMBER: _ClassVar[int]
    CAUSE_FIELD_NUMBER: _ClassVar[int]
    EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    TIME_FIELD_NUMBER: _ClassVar[int]
    LAST_SEEN_TIME_FIELD_NUMBER: _ClassVar[int]
    agent_id: str
    agent_uid: str
    previous: _agent_pb2.AgentLiveness
    liveness: _agent_pb2.AgentLiveness
    cause: _agent_pb2.LivenessCause
    evidence: str
    time: _timestamp_pb2.Timestamp
    last_seen_time: _timestamp_pb2.Timestamp
    def __init__(self, agent_id: _Optional[str] = ..., agent_uid: _Optional[str] = ..., previous: _Optional[_Union[_agent_pb2.AgentLiveness, str]] = ..., liveness: _Optional[_Union[_agent_pb2.AgentLiveness, str]] = ..., cause: _Optional[_Union[_agent_pb2.LivenessCause, str]] = ..., evidence: _Optional[str] = ..., time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., last_seen_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...
