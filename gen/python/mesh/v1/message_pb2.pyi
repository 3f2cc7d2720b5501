import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from mesh.v1 import agent_pb2 as _agent_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class DeliveryGuarantee(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DELIVERY_GUARANTEE_UNSPECIFIED: _ClassVar[DeliveryGuarantee]
    DELIVERY_GUARANTEE_AT_MOST_ONCE: _ClassVar[DeliveryGuarantee]
    DELIVERY_GUARANTEE_AT_LEAST_ONCE: _ClassVar[DeliveryGuarantee]

class DeadLetterReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DEAD_LETTER_REASON_UNSPECIFIED: _ClassVar[DeadLetterReason]
    DEAD_LETTER_REASON_ATTEMPTS_EXHAUSTED: _ClassVar[DeadLetterReason]
    DEAD_LETTER_REASON_EXPIRED: _ClassVar[DeadLetterReason]
    DEAD_LETTER_REASON_REJECTED: _ClassVar[DeadLetterReason]
    DEAD_LETTER_REASON_RECEIVER_GONE: _ClassVar[DeadLetterReason]

class DeliveryState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DELIVERY_STATE_UNSPECIFIED: _ClassVar[DeliveryState]
    DELIVERY_STATE_WAITING: _ClassVar[DeliveryState]
    DELIVERY_STATE_SCHEDULED: _ClassVar[DeliveryState]
    DELIVERY_STATE_IN_FLIGHT: _ClassVar[DeliveryState]
    DELIVERY_STATE_ACKNOWLEDGED: _ClassVar[DeliveryState]
    DELIVERY_STATE_DEAD: _ClassVar[DeliveryState]
    DELIVERY_STATE_CANCELLED: _ClassVar[DeliveryState]
DELIVERY_GUARANTEE_UNSPECIFIED: DeliveryGuarantee
DELIVERY_GUARANTEE_AT_MOST_ONCE: DeliveryGuarantee
DELIVERY_GUARANTEE_AT_LEAST_ONCE: DeliveryGuarantee
DEAD_LETTER_REASON_UNSPECIFIED: DeadLetterReason
DEAD_LETTER_REASON_ATTEMPTS_EXHAUSTED: DeadLetterReason
DEAD_LETTER_REASON_EXPIRED: DeadLetterReason
DEAD_LETTER_REASON_REJECTED: DeadLetterReason
DEAD_LETTER_REASON_RECEIVER_GONE: DeadLetterReason
DELIVERY_STATE_UNSPECIFIED: DeliveryState
DELIVERY_STATE_WAITING: DeliveryState
DELIVERY_STATE_SCHEDULED: DeliveryState
DELIVERY_STATE_IN_FLIGHT: DeliveryState
DELIVERY_STATE_ACKNOWLEDGED: DeliveryState
DELIVERY_STATE_DEAD: DeliveryState
DELIVERY_STATE_CANCELLED: DeliveryState

class AgentMessage(_message.Message):
    __slots__ = ("message_id", "sender", "agent_id", "group", "topic", "selector", "broadcast", "subject", "content_type", "payload", "headers", "guarantee", "accept_time", "correlation_id", "attempt", "ttl", "delay")
    class HeadersEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    MESSAGE_ID_FIELD_NUMBER: _ClassVar[int]
    SENDER_FIELD_NUMBER: _ClassVar[int]
    AGENT_ID_FIELD_NUMBER: _ClassVar[int]
    GROUP_FIELD_NUMBER: _ClassVar[int]
    TOPIC_FIELD_NUMBER: _ClassVar[int]
    SELECTOR_FIELD_NUMBER: _ClassVar[int]
    BROADCAST_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    CONTENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    PAYLOAD_FIELD_NUMBER: _ClassVar[int]
    HEADERS_FIELD_NUMBER: _ClassVar[int]
    GUARANTEE_FIELD_NUMBER: _ClassVar[int]
    ACCEPT_TIME_FIELD_NUMBER: _ClassVar[int]
    CORRELATION_ID_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    TTL_FIELD_NUMBER: _ClassVar[int]
    DELAY_FIELD_NUMBER: _ClassVar[int]
    message_id: str
    sender: str
    agent_id: str
    group: str
    topic: str
    selector: _agent_pb2.AgentSelector
    broadcast: bool
    subject: str
    content_type: str
    payload: bytes
    headers: _containers.ScalarMap[str, str]
    guarantee: DeliveryGuarantee
    accept_time: _timestamp_pb2.Timestamp
    correlation_id: str
    attempt: int
    ttl: _duration_pb2.Duration
    delay: _duration_pb2.Duration
    def __init__(self, message_id: _Optional[str] = ..., sender: _Optional[str] = ..., agent_id: _Optional[str] = ..., group: _Optional[str] = ..., topic: _Optional[str] = ..., selector: _Optional[_Union[_agent_pb2.AgentSelector, _Mapping]] = ..., broadcast: _Optional[bool] = ..., subject: _Optional[str] = ..., content_type: _Optional[str] = ..., payload: _Optional[bytes] = ..., headers: _Optional[_Mapping[str, str]] = ..., guarantee: _Optional[_Union[DeliveryGuarantee, str]] = ..., accept_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., correlation_id: _Optional[str] = ..., attempt: _Optional[int] = ..., ttl: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., delay: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class MessageDelivery(_message.Message):
    __slots__ = ("agent_id", "group", "state", "attempts", "next_time", "expire_time")
    AGENT_ID_FIELD_NUMBER: _ClassVar[int]
    GROUP_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    ATTEMPTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    agent_id: str
    group: str
    state: DeliveryState
    attempts: int
    next_time: _timestamp_pb2.Timestamp
    expire_time: _timestamp_pb2.Timestamp
    def __init__(self, agent_id: _Optional[str] = ..., group: _Optional[str] = ..., state: _Optional[_Union[DeliveryState, str]] = ..., attempts: _Optional[int] = ..., next_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class MessageStep(_message.Message):
    __slots__ = ("time", "kind", "agent_id", "group", "attempt", "node_id", "detail")
    class Kind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        KIND_UNSPECIFIED: _ClassVar[MessageStep.Kind]
        KIND_ACCEPTED: _ClassVar[MessageStep.Kind]
        KIND_STORED: _ClassVar[MessageStep.Kind]
        KIND_ADDRESSED: _ClassVar[MessageStep.Kind]
        KIND_DELIVERED: _ClassVar[MessageStep.Kind]
        KIND_ACKNOWLEDGED: _ClassVar[MessageStep.Kind]
        KIND_RETRY_ASKED: _ClassVar[MessageStep.Kind]
        KIND_REJECTED: _ClassVar[MessageStep.Kind]
        KIND_EXTENDED: _ClassVar[MessageStep.Kind]
        KIND_TIMED_OUT: _ClassVar[MessageStep.Kind]
        KIND_RETURNED: _ClassVar[MessageStep.Kind]
        KIND_DEAD_LETTERED: _ClassVar[MessageStep.Kind]
        KIND_CANCELLED: _ClassVar[MessageStep.Kind]
        KIND_REPLAYED: _ClassVar[MessageStep.Kind]
        KIND_DROPPED: _ClassVar[MessageStep.Kind]
    KIND_UNSPECIFIED: MessageStep.Kind
    KIND_ACCEPTED: MessageStep.Kind
    KIND_STORED: MessageStep.Kind
    KIND_ADDRESSED: MessageStep.Kind
    KIND_DELIVERED: MessageStep.Kind
    KIND_ACKNOWLEDGED: MessageStep.Kind
    KIND_RETRY_ASKED: MessageStep.Kind
    KIND_REJECTED: MessageStep.Kind
    KIND_EXTENDED: MessageStep.Kind
    KIND_TIMED_OUT: MessageStep.Kind
    KIND_RETURNED: MessageStep.Kind
    KIND_DEAD_LETTERED: MessageStep.Kind
    KIND_CANCELLED: MessageStep.Kind
    KIND_REPLAYED: MessageStep.Kind
    KIND_DROPPED: MessageStep.Kind
    TIME_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    AGENT_ID_FIELD_NUMBER: _ClassVar[int]
    GROUP_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    NODE_ID_FIELD_NUMBER: _ClassVar[int]
    DETAIL_FIELD_NUMBER: _ClassVar[int]
    time: _timestamp_pb2.Timestamp
    kind: MessageStep.Kind
    agent_id: str
    group: str
    attempt: int
    node_id: str
    detail: str
    def __init__(self, time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., kind: _Optional[_Union[MessageStep.Kind, str]] = ..., agent_id: _Optional[str] = ..., group: _Optional[str] = ..., attempt: _Optional[int] = ..., node_id: _Optional[str] = ..., detail: _Optional[str] = ...) -> None: ...

class DeadLetter(_message.Message):
    __slots__ = ("dead_letter_id", "message", "agent_id", "group", "reason", "detail", "attempts", "dead_time", "expire_time")
    DEAD_LETTER_ID_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    AGENT_ID_FIELD_NUMBER: _ClassVar[int]
    GROUP_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    DETAIL_FIELD_NUMBER: _ClassVar[int]
    ATTEMPTS_FIELD_NUMBER: _ClassVar[int]
    DEAD_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    dead_letter_id: str
    message: AgentMessage
    agent_id: str
    group: str
    reason: DeadLetterReason
    detail: str
    attempts: int
    dead_time: _timestamp_pb2.Timestamp
    expire_time: _timestamp_pb2.Timestamp
    def __init__(self, dead_letter_id: _Optional[str] = ..., message: _Optional[_Union[AgentMessage, _Mapping]] = ..., agent_id: _Optional[str] = ..., group: _Optional[str] = ..., reason: _Optional[_Union[DeadLetterReason, str]] = ..., detail: _Optional[str] = ..., attempts: _Optional[int] = ..., dead_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...
