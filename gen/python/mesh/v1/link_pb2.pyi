import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import struct_pb2 as _struct_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.rpc import status_pb2 as _status_pb2
from mesh.v1 import agent_pb2 as _agent_pb2
from mesh.v1 import error_pb2 as _error_pb2
from mesh.v1 import message_pb2 as _message_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class AgentSpec(_message.Message):
    __slots__ = ("labels", "capabilities", "runtime", "launch_templates")
    class LabelsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    LABELS_FIELD_NUMBER: _ClassVar[int]
    CAPABILITIES_FIELD_NUMBER: _ClassVar[int]
    RUNTIME_FIELD_NUMBER: _ClassVar[int]
    LAUNCH_TEMPLATES_FIELD_NUMBER: _ClassVar[int]
    labels: _containers.ScalarMap[str, str]
    capabilities: _containers.RepeatedScalarFieldContainer[str]
    runtime: _agent_pb2.AgentRuntime
    launch_templates: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, labels: _Optional[_Mapping[str, str]] = ..., capabilities: _Optional[_Iterable[str]] = ..., runtime: _Optional[_Union[_agent_pb2.AgentRuntime, _Mapping]] = ..., launch_templates: _Optional[_Iterable[str]] = ...) -> None: ...

class LinkWindow(_message.Message):
    __slots__ = ("calls_max", "deliveries_max", "delivery_bytes_max")
    CALLS_MAX_FIELD_NUMBER: _ClassVar[int]
    DELIVERIES_MAX_FIELD_NUMBER: _ClassVar[int]
    DELIVERY_BYTES_MAX_FIELD_NUMBER: _ClassVar[int]
    calls_max: int
    deliveries_max: int
    delivery_bytes_max: int
    def __init__(self, calls_max: _Optional[int] = ..., deliveries_max: _Optional[int] = ..., delivery_bytes_max: _Optional[int] = ...) -> None: ...

class Producer(_message.Message):
    __slots__ = ("producer_id", "known_through")
    PRODUCER_ID_FIELD_NUMBER: _ClassVar[int]
    KNOWN_THROUGH_FIELD_NUMBER: _ClassVar[int]
    producer_id: str
    known_through: int
    def __init__(self, producer_id: _Optional[str] = ..., known_through: _Optional[int] = ...) -> None: ...

class Subscription(_message.Message):
    __slots__ = ("topic", "group", "durable")
    TOPIC_FIELD_NUMBER: _ClassVar[int]
    GROUP_FIELD_NUMBER: _ClassVar[int]
    DURABLE_FIELD_NUMBER: _ClassVar[int]
    topic: str
    group: str
    durable: bool
    def __init__(self, topic: _Optional[str] = ..., group: _Optional[str] = ..., durable: _Optional[bool] = ...) -> None: ...

class HeldDelivery(_message.Message):
    __slots__ = ("message_id", "attempt")
    MESSAGE_ID_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    message_id: str
    attempt: int
    def __init__(self, message_id: _Optional[str] = ..., attempt: _Optional[int] = ...) -> None: ...

class Hello(_message.Message):
    __slots__ = ("protocol_version", "features", "spec", "resume_session_id", "window", "producer", "subscriptions", "held")
    PROTOCOL_VERSION_FIELD_NUMBER: _ClassVar[int]
    FEATURES_FIELD_NUMBER: _ClassVar[int]
    SPEC_FIELD_NUMBER: _ClassVar[int]
    RESUME_SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    WINDOW_FIELD_NUMBER: _ClassVar[int]
    PRODUCER_FIELD_NUMBER: _ClassVar[int]
    SUBSCRIPTIONS_FIELD_NUMBER: _ClassVar[int]
    HELD_FIELD_NUMBER: _ClassVar[int]
    protocol_version: int
    features: _containers.RepeatedScalarFieldContainer[str]
    spec: AgentSpec
    resume_session_id: str
    window: LinkWindow
    producer: Producer
    subscriptions: _containers.RepeatedCompositeFieldContainer[Subscription]
    held: _containers.RepeatedCompositeFieldContainer[HeldDelivery]
    def __init__(self, protocol_version: _Optional[int] = ..., features: _Optional[_Iterable[str]] = ..., spec: _Optional[_Union[AgentSpec, _Mapping]] = ..., resume_session_id: _Optional[str] = ..., window: _Optional[_Union[LinkWindow, _Mapping]] = ..., producer: _Optional[_Union[Producer, _Mapping]] = ..., subscriptions: _Optional[_Iterable[_Union[Subscription, _Mapping]]] = ..., held: _Optional[_Iterable[_Union[HeldDelivery, _Mapping]]] = ...) -> None: ...

class Welcome(_message.Message):
    __slots__ = ("session_id", "epoch", "resumed", "features", "heartbeat_interval", "lost_after", "limits", "server_time", "node_id", "agent", "producer_sequence")
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    RESUMED_FIELD_NUMBER: _ClassVar[int]
    FEATURES_FIELD_NUMBER: _ClassVar[int]
    HEARTBEAT_INTERVAL_FIELD_NUMBER: _ClassVar[int]
    LOST_AFTER_FIELD_NUMBER: _ClassVar[int]
    LIMITS_FIELD_NUMBER: _ClassVar[int]
    SERVER_TIME_FIELD_NUMBER: _ClassVar[int]
    NODE_ID_FIELD_NUMBER: _ClassVar[int]
    AGENT_FIELD_NUMBER: _ClassVar[int]
    PRODUCER_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    epoch: int
    resumed: bool
    features: _containers.RepeatedScalarFieldContainer[str]
    heartbeat_interval: _duration_pb2.Duration
    lost_after: _duration_pb2.Duration
    limits: LinkLimits
    server_time: _timestamp_pb2.Timestamp
    node_id: str
    agent: _agent_pb2.Agent
    producer_sequence: int
    def __init__(self, session_id: _Optional[str] = ..., epoch: _Optional[int] = ..., resumed: _Optional[bool] = ..., features: _Optional[_Iterable[str]] = ..., heartbeat_interval: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., lost_after: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., limits: _Optional[_Union[LinkLimits, _Mapping]] = ..., server_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., node_id: _Optional[str] = ..., agent: _Optional[_Union[_agent_pb2.Agent, _Mapping]] = ..., producer_sequence: _Optional[int] = ...) -> None: ...

class LinkLimits(_message.Message):
    __slots__ = ("frame_bytes_max", "frames_per_second_max", "publish_messages_max", "messages_per_second_max", "unconfirmed_messages_max")
    FRAME_BYTES_MAX_FIELD_NUMBER: _ClassVar[int]
    FRAMES_PER_SECOND_MAX_FIELD_NUMBER: _ClassVar[int]
    PUBLISH_MESSAGES_MAX_FIELD_NUMBER: _ClassVar[int]
    MESSAGES_PER_SECOND_MAX_FIELD_NUMBER: _ClassVar[int]
    UNCONFIRMED_MESSAGES_MAX_FIELD_NUMBER: _ClassVar[int]
    frame_bytes_max: int
    frames_per_second_max: int
    publish_messages_max: int
    messages_per_second_max: int
    unconfirmed_messages_max: int
    def __init__(self, frame_bytes_max: _Optional[int] = ..., frames_per_second_max: _Optional[int] = ..., publish_messages_max: _Optional[int] = ..., messages_per_second_max: _Optional[int] = ..., unconfirmed_messages_max: _Optional[int] = ...) -> None: ...

class HeartbeatMessage(_message.Message):
    __slots__ = ("sequence", "agent_time", "load", "health", "round_trip_duration")
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    AGENT_TIME_FIELD_NUMBER: _ClassVar[int]
    LOAD_FIELD_NUMBER: _ClassVar[int]
    HEALTH_FIELD_NUMBER: _ClassVar[int]
    ROUND_TRIP_DURATION_FIELD_NUMBER: _ClassVar[int]
    sequence: int
    agent_time: _timestamp_pb2.Timestamp
    load: _agent_pb2.AgentLoad
    health: _containers.RepeatedCompositeFieldContainer[_agent_pb2.HealthCheck]
    round_trip_duration: _duration_pb2.Duration
    def __init__(self, sequence: _Optional[int] = ..., agent_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., load: _Optional[_Union[_agent_pb2.AgentLoad, _Mapping]] = ..., health: _Optional[_Iterable[_Union[_agent_pb2.HealthCheck, _Mapping]]] = ..., round_trip_duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class HeartbeatAck(_message.Message):
    __slots__ = ("sequence", "agent_time", "server_time", "heartbeat_interval", "lost_after")
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    AGENT_TIME_FIELD_NUMBER: _ClassVar[int]
    SERVER_TIME_FIELD_NUMBER: _ClassVar[int]
    HEARTBEAT_INTERVAL_FIELD_NUMBER: _ClassVar[int]
    LOST_AFTER_FIELD_NUMBER: _ClassVar[int]
    sequence: int
    agent_time: _timestamp_pb2.Timestamp
    server_time: _timestamp_pb2.Timestamp
    heartbeat_interval: _duration_pb2.Duration
    lost_after: _duration_pb2.Duration
    def __init__(self, sequence: _Optional[int] = ..., agent_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., server_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., heartbeat_interval: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., lost_after: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class StateUpdateMessage(_message.Message):
    __slots__ = ("state", "reason", "effective_configuration")
    STATE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_CONFIGURATION_FIELD_NUMBER: _ClassVar[int]
    state: _agent_pb2.AgentState
    reason: str
    effective_configuration: _struct_pb2.Struct
    def __init__(self, state: _Optional[_Union[_agent_pb2.AgentState, str]] = ..., reason: _Optional[str] = ..., effective_configuration: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ...) -> None: ...

class Publish(_message.Message):
    __slots__ = ("messages", "first_sequence", "known_through")
    MESSAGES_FIELD_NUMBER: _ClassVar[int]
    FIRST_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    KNOWN_THROUGH_FIELD_NUMBER: _ClassVar[int]
    messages: _containers.RepeatedCompositeFieldContainer[_message_pb2.AgentMessage]
    first_sequence: int
    known_through: int
    def __init__(self, messages: _Optional[_Iterable[_Union[_message_pb2.AgentMessage, _Mapping]]] = ..., first_sequence: _Optional[int] = ..., known_through: _Optional[int] = ...) -> None: ...

class Published(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[PublishOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[PublishOutcome, _Mapping]]] = ...) -> None: ...

class PublishOutcome(_message.Message):
    __slots__ = ("sequence", "message_id", "status")
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    sequence: int
    message_id: str
    status: _status_pb2.Status
    def __init__(self, sequence: _Optional[int] = ..., message_id: _Optional[str] = ..., status: _Optional[_Union[_status_pb2.Status, _Mapping]] = ...) -> None: ...

class Settle(_message.Message):
    __slots__ = ("settlements",)
    SETTLEMENTS_FIELD_NUMBER: _ClassVar[int]
    settlements: _containers.RepeatedCompositeFieldContainer[Settlement]
    def __init__(self, settlements: _Optional[_Iterable[_Union[Settlement, _Mapping]]] = ...) -> None: ...

class Settlement(_message.Message):
    __slots__ = ("message_id", "attempt", "kind", "duration", "reason")
    class Kind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        KIND_UNSPECIFIED: _ClassVar[Settlement.Kind]
        KIND_ACK: _ClassVar[Settlement.Kind]
        KIND_NAK: _ClassVar[Settlement.Kind]
        KIND_REJECT: _ClassVar[Settlement.Kind]
        KIND_EXTEND: _ClassVar[Settlement.Kind]
    KIND_UNSPECIFIED: Settlement.Kind
    KIND_ACK: Settlement.Kind
    KIND_NAK: Settlement.Kind
    KIND_REJECT: Settlement.Kind
    KIND_EXTEND: Settlement.Kind
    MESSAGE_ID_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    DURATION_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    message_id: str
    attempt: int
    kind: Settlement.Kind
    duration: _duration_pb2.Duration
    reason: str
    def __init__(self, message_id: _Optional[str] = ..., attempt: _Optional[int] = ..., kind: _Optional[_Union[Settlement.Kind, str]] = ..., duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., reason: _Optional[str] = ...) -> None: ...

class Settled(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[SettleOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[SettleOutcome, _Mapping]]] = ...) -> None: ...

class SettleOutcome(_message.Message):
    __slots__ = ("message_id", "attempt", "kind", "status")
    MESSAGE_ID_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    message_id: str
    attempt: int
    kind: Settlement.Kind
    status: _status_pb2.Status
    def __init__(self, message_id: _Optional[str] = ..., attempt: _Optional[int] = ..., kind: _Optional[_Union[Settlement.Kind, str]] = ..., status: _Optional[_Union[_status_pb2.Status, _Mapping]] = ...) -> None: ...

class Subscribe(_message.Message):
    __slots__ = ("subscriptions",)
    SUBSCRIPTIONS_FIELD_NUMBER: _ClassVar[int]
    subscriptions: _containers.RepeatedCompositeFieldContainer[Subscription]
    def __init__(self, subscriptions: _Optional[_Iterable[_Union[Subscription, _Mapping]]] = ...) -> None: ...

class Unsubscribe(_message.Message):
    __slots__ = ("subscriptions",)
    SUBSCRIPTIONS_FIELD_NUMBER: _ClassVar[int]
    subscriptions: _containers.RepeatedCompositeFieldContainer[Subscription]
    def __init__(self, subscriptions: _Optional[_Iterable[_Union[Subscription, _Mapping]]] = ...) -> None: ...

class Subscribed(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[SubscribeOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[SubscribeOutcome, _Mapping]]] = ...) -> None: ...

class SubscribeOutcome(_message.Message):
    __slots__ = ("subscription", "subscribed", "status")
    SUBSCRIPTION_FIELD_NUMBER: _ClassVar[int]
    SUBSCRIBED_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    subscription: Subscription
    subscribed: bool
    status: _status_pb2.Status
    def __init__(self, subscription: _Optional[_Union[Subscription, _Mapping]] = ..., subscribed: _Optional[bool] = ..., status: _Optional[_Union[_status_pb2.Status, _Mapping]] = ...) -> None: ...

class Launched(_message.Message):
    __slots__ = ("agent_uid", "state", "process_id", "exit_code", "signal", "restarts", "reason", "next_start")
    AGENT_UID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    PROCESS_ID_FIELD_NUMBER: _ClassVar[int]
    EXIT_CODE_FIELD_NUMBER: _ClassVar[int]
    SIGNAL_FIELD_NUMBER: _ClassVar[int]
    RESTARTS_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    NEXT_START_FIELD_NUMBER: _ClassVar[int]
    agent_uid: str
    state: _agent_pb2.ProcessState
    process_id: int
    exit_code: int
    signal: str
    restarts: int
    reason: str
    next_start: _duration_pb2.Duration
    def __init__(self, agent_uid: _Optional[str] = ..., state: _Optional[_Union[_agent_pb2.ProcessState, str]] = ..., process_id: _Optional[int] = ..., exit_code: _Optional[int] = ..., signal: _Optional[str] = ..., restarts: _Optional[int] = ..., reason: _Optional[str] = ..., next_start: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class LaunchChild(_message.Message):
    __slots__ = ("agent_id", "agent_uid", "template", "desired_state", "grace")
    AGENT_ID_FIELD_NUMBER: _ClassVar[int]
    AGENT_UID_FIELD_NUMBER: _ClassVar[int]
    TEMPLATE_FIELD_NUMBER: _ClassVar[int]
    DESIRED_STATE_FIELD_NUMBER: _ClassVar[int]
    GRACE_FIELD_NUMBER: _ClassVar[int]
    agent_id: str
    agent_uid: str
    template: str
    desired_state: _agent_pb2.AgentDesiredState
    grace: _duration_pb2.Duration
    def __init__(self, agent_id: _Optional[str] = ..., agent_uid: _Optional[str] = ..., template: _Optional[str] = ..., desired_state: _Optional[_Union[_agent_pb2.AgentDesiredState, str]] = ..., grace: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class Deliver(_message.Message):
    __slots__ = ("messages",)
    MESSAGES_FIELD_NUMBER: _ClassVar[int]
    messages: _containers.RepeatedCompositeFieldContainer[_message_pb2.AgentMessage]
    def __init__(self, messages: _Optional[_Iterable[_Union[_message_pb2.AgentMessage, _Mapping]]] = ...) -> None: ...

class Call(_message.Message):
    __slots__ = ("call_id", "capability", "caller", "content_type", "payload", "headers", "timeout")
    class HeadersEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    CALL_ID_FIELD_NUMBER: _ClassVar[int]
    CAPABILITY_FIELD_NUMBER: _ClassVar[int]
    CALLER_FIELD_NUMBER: _ClassVar[int]
    CONTENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    PAYLOAD_FIELD_NUMBER: _ClassVar[int]
    HEADERS_FIELD_NUMBER: _ClassVar[int]
    TIMEOUT_FIELD_NUMBER: _ClassVar[int]
    call_id: str
    capability: str
    caller: str
    content_type: str
    payload: bytes
    headers: _containers.ScalarMap[str, str]
    timeout: _duration_pb2.Duration
    def __init__(self, call_id: _Optional[str] = ..., capability: _Optional[str] = ..., caller: _Optional[str] = ..., content_type: _Optional[str] = ..., payload: _Optional[bytes] = ..., headers: _Optional[_Mapping[str, str]] = ..., timeout: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class CancelCall(_message.Message):
    __slots__ = ("call_id", "reason")
    CALL_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    call_id: str
    reason: _error_pb2.ErrorReason
    def __init__(self, call_id: _Optional[str] = ..., reason: _Optional[_Union[_error_pb2.ErrorReason, str]] = ...) -> None: ...

class Reply(_message.Message):
    __slots__ = ("call_id", "content_type", "payload", "status", "has_payload")
    CALL_ID_FIELD_NUMBER: _ClassVar[int]
    CONTENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    PAYLOAD_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    HAS_PAYLOAD_FIELD_NUMBER: _ClassVar[int]
    call_id: str
    content_type: str
    payload: bytes
    status: _status_pb2.Status
    has_payload: bool
    def __init__(self, call_id: _Optional[str] = ..., content_type: _Optional[str] = ..., payload: _Optional[bytes] = ..., status: _Optional[_Union[_status_pb2.Status, _Mapping]] = ..., has_payload: _Optional[bool] = ...) -> None: ...

class Config(_message.Message):
    __slots__ = ("desired_state", "grace", "desired_configuration", "etag", "children")
    DESIRED_STATE_FIELD_NUMBER: _ClassVar[int]
    GRACE_FIELD_NUMBER: _ClassVar[int]
    DESIRED_CONFIGURATION_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    CHILDREN_FIELD_NUMBER: _ClassVar[int]
    desired_state: _agent_pb2.AgentDesiredState
    grace: _duration_pb2.Duration
    desired_configuration: _struct_pb2.Struct
    etag: str
    children: _containers.RepeatedCompositeFieldContainer[LaunchChild]
    def __init__(self, desired_state: _Optional[_Union[_agent_pb2.AgentDesiredState, str]] = ..., grace: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., desired_configuration: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., etag: _Optional[str] = ..., children: _Optional[_Iterable[_Union[LaunchChild, _Mapping]]] = ...) -> None: ...

class Notice(_message.Message):
    __slots__ = ("kind", "count", "message")
    class Kind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        KIND_UNSPECIFIED: _ClassVar[Notice.Kind]
        KIND_MESSAGES_NOT_DELIVERED: _ClassVar[Notice.Kind]
        KIND_MESSAGES_DROPPED: _ClassVar[Notice.Kind]
        KIND_SERVER_DRAINING: _ClassVar[Notice.Kind]
    KIND_UNSPECIFIED: Notice.Kind
    KIND_MESSAGES_NOT_DELIVERED: Notice.Kind
    KIND_MESSAGES_DROPPED: Notice.Kind
    KIND_SERVER_DRAINING: Notice.Kind
    KIND_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    kind: Notice.Kind
    count: int
    message: str
    def __init__(self, kind: _Optional[_Union[Notice.Kind, str]] = ..., count: _Optional[int] = ..., message: _Optional[str] = ...) -> None: ...

class AgentGoodbye(_message.Message):
    __slots__ = ("reason",)
    REASON_FIELD_NUMBER: _ClassVar[int]
    reason: str
    def __init__(self, reason: _Optional[str] = ...) -> None: ...

class ServerGoodbye(_message.Message):
    __slots__ = ("reason", "message", "reconnect", "reconnect_after")
    REASON_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    RECONNECT_FIELD_NUMBER: _ClassVar[int]
    RECONNECT_AFTER_FIELD_NUMBER: _ClassVar[int]
    reason: _error_pb2.ErrorReason
    message: str
    reconnect: bool
    reconnect_after: _duration_pb2.Duration
    def __init__(self, reason: _Optional[_Union[_error_pb2.ErrorReason, str]] = ..., message: _Optional[str] = ..., reconnect: _Optional[bool] = ..., reconnect_after: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...
