import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.api import annotations_pb2 as _annotations_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from mesh.options.v1 import access_pb2 as _access_pb2
from mesh.options.v1 import cli_pb2 as _cli_pb2
from mesh.v1 import agent_pb2 as _agent_pb2
from mesh.v1 import error_pb2 as _error_pb2
from mesh.v1 import message_pb2 as _message_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class SendMessageRequest(_message.Message):
    __slots__ = ("mesh_id", "message", "request_id")
    MESH_ID_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    mesh_id: str
    message: _message_pb2.AgentMessage
    request_id: str
    def __init__(self, mesh_id: _Optional[str] = ..., message: _Optional[_Union[_message_pb2.AgentMessage, _Mapping]] = ..., request_id: _Optional[str] = ...) -> None: ...

class SendMessageResponse(_message.Message):
    __slots__ = ("message_id", "accept_time", "receivers")
    MESSAGE_ID_FIELD_NUMBER: _ClassVar[int]
    ACCEPT_TIME_FIELD_NUMBER: _ClassVar[int]
    RECEIVERS_FIELD_NUMBER: _ClassVar[int]
    message_id: str
    accept_time: _timestamp_pb2.Timestamp
    receivers: int
    def __init__(self, message_id: _Optional[str] = ..., accept_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., receivers: _Optional[int] = ...) -> None: ...

class CallAgentRequest(_message.Message):
    __slots__ = ("mesh_id", "agent_id", "capability", "content_type", "payload", "headers")
    class HeadersEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    MESH_ID_FIELD_NUMBER: _ClassVar[int]
    AGENT_ID_FIELD_NUMBER: _ClassVar[int]
    CAPABILITY_FIELD_NUMBER: _ClassVar[int]
    CONTENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    PAYLOAD_FIELD_NUMBER: _ClassVar[int]
    HEADERS_FIELD_NUMBER: _ClassVar[int]
    mesh_id: str
    agent_id: str
    capability: str
    content_type: str
    payload: bytes
    headers: _containers.ScalarMap[str, str]
    def __init__(self, mesh_id: _Optional[str] = ..., agent_id: _Optional[str] = ..., capability: _Optional[str] = ..., content_type: _Optional[str] = ..., payload: _Optional[bytes] = ..., headers: _Optional[_Mapping[str, str]] = ...) -> None: ...

class CallAgentResponse(_message.Message):
    __slots__ = ("content_type", "payload")
    CONTENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    PAYLOAD_FIELD_NUMBER: _ClassVar[int]
    content_type: str
    payload: bytes
    def __init__(self, content_type: _Optional[str] = ..., payload: _Optional[bytes] = ...) -> None: ...

class GatherRepliesRequest(_message.Message):
    __slots__ = ("mesh_id", "selector", "capability", "content_type", "payload", "headers")
    class HeadersEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    MESH_ID_FIELD_NUMBER: _ClassVar[int]
    SELECTOR_FIELD_NUMBER: _ClassVar[int]
    CAPABILITY_FIELD_NUMBER: _ClassVar[int]
    CONTENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    PAYLOAD_FIELD_NUMBER: _ClassVar[int]
    HEADERS_FIELD_NUMBER: _ClassVar[int]
    mesh_id: str
    selector: _agent_pb2.AgentSelector
    capability: str
    content_type: str
    payload: bytes
    headers: _containers.ScalarMap[str, str]
    def __init__(self, mesh_id: _Optional[str] = ..., selector: _Optional[_Union[_agent_pb2.AgentSelector, _Mapping]] = ..., capability: _Optional[str] = ..., content_type: _Optional[str] = ..., payload: _Optional[bytes] = ..., headers: _Optional[_Mapping[str, str]] = ...) -> None: ...

class GatherRepliesResponse(_message.Message):
    __slots__ = ("reply", "summary")
    REPLY_FIELD_NUMBER: _ClassVar[int]
    SUMMARY_FIELD_NUMBER: _ClassVar[int]
    reply: GatheredReply
    summary: GatherSummary
    def __init__(self, reply: _Optional[_Union[GatheredReply, _Mapping]] = ..., summary: _Optional[_Union[GatherSummary, _Mapping]] = ...) -> None: ...

class GatheredReply(_message.Message):
    __slots__ = ("agent_id", "content_type", "payload")
    AGENT_ID_FIELD_NUMBER: _ClassVar[int]
    CONTENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    PAYLOAD_FIELD_NUMBER: _ClassVar[int]
    agent_id: str
    content_type: str
    payload: bytes
    def __init__(self, agent_id: _Optional[str] = ..., content_type: _Optional[str] = ..., payload: _Optional[bytes] = ...) -> None: ...

class GatherSummary(_message.Message):
    __slots__ = ("asked", "answered", "failures")
    ASKED_FIELD_NUMBER: _ClassVar[int]
    ANSWERED_FIELD_NUMBER: _ClassVar[int]
    FAILURES_FIELD_NUMBER: _ClassVar[int]
    asked: int
    answered: int
    failures: _containers.RepeatedCompositeFieldContainer[GatherFailure]
    def __init__(self, asked: _Optional[int] = ..., answered: _Optional[int] = ..., failures: _Optional[_Iterable[_Union[GatherFailure, _Mapping]]] = ...) -> None: ...

class GatherFailure(_message.Message):
    __slots__ = ("agent_id", "reason", "message")
    AGENT_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    agent_id: str
    reason: _error_pb2.ErrorReason
    message: str
    def __init__(self, agent_id: _Optional[str] = ..., reason: _Optional[_Union[_error_pb2.ErrorReason, str]] = ..., message: _Optional[str] = ...) -> None: ...

class SubscribeRequest(_message.Message):
    __slots__ = ("mesh_id", "topic")
    MESH_ID_FIELD_NUMBER: _ClassVar[int]
    TOPIC_FIELD_NUMBER: _ClassVar[int]
    mesh_id: str
    topic: str
    def __init__(self, mesh_id: _Optional[str] = ..., topic: _Optional[str] = ...) -> None: ...

class SubscribeResponse(_message.Message):
    __slots__ = ("message", "dropped")
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    DROPPED_FIELD_NUMBER: _ClassVar[int]
    message: _message_pb2.AgentMessage
    dropped: int
    def __init__(self, message: _Optional[_Union[_message_pb2.AgentMessage, _Mapping]] = ..., dropped: _Optional[int] = ...) -> None: ...

class GetMessageRequest(_message.Message):
    __slots__ = ("mesh_id", "message_id")
    MESH_ID_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_ID_FIELD_NUMBER: _ClassVar[int]
    mesh_id: str
    message_id: str
    def __init__(self, mesh_id: _Optional[str] = ..., message_id: _Optional[str] = ...) -> None: ...

class GetMessageResponse(_message.Message):
    __slots__ = ("message", "deliveries", "to_address")
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    DELIVERIES_FIELD_NUMBER: _ClassVar[int]
    TO_ADDRESS_FIELD_NUMBER: _ClassVar[int]
    message: _message_pb2.AgentMessage
    deliveries: _containers.RepeatedCompositeFieldContainer[_message_pb2.MessageDelivery]
    to_address: int
    def __init__(self, message: _Optional[_Union[_message_pb2.AgentMessage, _Mapping]] = ..., deliveries: _Optional[_Iterable[_Union[_message_pb2.MessageDelivery, _Mapping]]] = ..., to_address: _Optional[int] = ...) -> None: ...

class TraceMessageRequest(_message.Message):
    __slots__ = ("mesh_id", "message_id")
    MESH_ID_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_ID_FIELD_NUMBER: _ClassVar[int]
    mesh_id: str
    message_id: str
    def __init__(self, mesh_id: _Optional[str] = ..., message_id: _Optional[str] = ...) -> None: ...

class TraceMessageResponse(_message.Message):
    __slots__ = ("steps", "gap")
    STEPS_FIELD_NUMBER: _ClassVar[int]
    GAP_FIELD_NUMBER: _ClassVar[int]
    steps: _containers.RepeatedCompositeFieldContainer[_message_pb2.MessageStep]
    gap: str
    def __init__(self, steps: _Optional[_Iterable[_Union[_message_pb2.MessageStep, _Mapping]]] = ..., gap: _Optional[str] = ...) -> None: ...

class CancelMessageRequest(_message.Message):
    __slots__ = ("mesh_id", "message_id")
    MESH_ID_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_ID_FIELD_NUMBER: _ClassVar[int]
    mesh_id: str
    message_id: str
    def __init__(self, mesh_id: _Optional[str] = ..., message_id: _Optional[str] = ...) -> None: ...

class CancelMessageResponse(_message.Message):
    __slots__ = ("cancelled", "in_flight")
    CANCELLED_FIELD_NUMBER: _ClassVar[int]
    IN_FLIGHT_FIELD_NUMBER: _ClassVar[int]
    cancelled: int
    in_flight: int
    def __init__(self, cancelled: _Optional[int] = ..., in_flight: _Optional[int] = ...) -> None: ...

class ListDeadLettersRequest(_message.Message):
    __slots__ = ("page_size", "page_token", "mesh_id", "agent_id", "group", "reason")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    MESH_ID_FIELD_NUMBER: _ClassVar[int]
    AGENT_ID_FIELD_NUMBER: _ClassVar[int]
    GROUP_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    mesh_id: str
    agent_id: str
    group: str
    reason: _message_pb2.DeadLetterReason
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., mesh_id: _Optional[str] = ..., agent_id: _Optional[str] = ..., group: _Optional[str] = ..., reason: _Optional[_Union[_message_pb2.DeadLetterReason, str]] = ...) -> None: ...

class ListDeadLettersResponse(_message.Message):
    __slots__ = ("dead_letters", "next_page_token")
    DEAD_LETTERS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    dead_letters: _containers.RepeatedCompositeFieldContainer[_message_pb2.DeadLetter]
    next_page_token: str
    def __init__(self, dead_letters: _Optional[_Iterable[_Union[_message_pb2.DeadLetter, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class GetDeadLetterRequest(_message.Message):
    __slots__ = ("mesh_id", "dead_letter_id")
    MESH_ID_FIELD_NUMBER: _ClassVar[int]
    DEAD_LETTER_ID_FIELD_NUMBER: _ClassVar[int]
    mesh_id: str
    dead_letter_id: str
    def __init__(self, mesh_id: _Optional[str] = ..., dead_letter_id: _Optional[str] = ...) -> None: ...

class GetDeadLetterResponse(_message.Message):
    __slots__ = ("dead_letter",)
    DEAD_LETTER_FIELD_NUMBER: _ClassVar[int]
    dead_letter: _message_pb2.DeadLetter
    def __init__(self, dead_letter: _Optional[_Union[_message_pb2.DeadLetter, _Mapping]] = ...) -> None: ...

class ReplayDeadLettersRequest(_message.Message):
    __slots__ = ("mesh_id", "dead_letter_ids", "all", "agent_id", "group", "reason", "validate_only")
    MESH_ID_FIELD_NUMBER: _ClassVar[int]
    DEAD_LETTER_IDS_FIELD_NUMBER: _ClassVar[int]
    ALL_FIELD_NUMBER: _ClassVar[int]
    AGENT_ID_FIELD_NUMBER: _ClassVar[int]
    GROUP_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    mesh_id: str
    dead_letter_ids: _containers.RepeatedScalarFieldContainer[str]
    all: bool
    agent_id: str
    group: str
    reason: _message_pb2.DeadLetterReason
    validate_only: bool
    def __init__(self, mesh_id: _Optional[str] = ..., dead_letter_ids: _Optional[_Iterable[str]] = ..., all: _Optional[bool] = ..., agent_id: _Optional[str] = ..., group: _Optional[str] = ..., reason: _Optional[_Union[_message_pb2.DeadLetterReason, str]] = ..., validate_only: _Optional[bool] = ...) -> None: ...

class ReplayDeadLettersResponse(_message.Message):
    __slots__ = ("replayed", "refused", "remaining")
    REPLAYED_FIELD_NUMBER: _ClassVar[int]
    REFUSED_FIELD_NUMBER: _ClassVar[int]
    REMAINING_FIELD_NUMBER: _ClassVar[int]
    replayed: int
    refused: int
    remaining: int
    def __init__(self, replayed: _Optional[int] = ..., refused: _Optional[int] = ..., remaining: _Optional[int] = ...) -> None: ...

class PurgeDeadLettersRequest(_message.Message):
    __slots__ = ("mesh_id", "dead_letter_ids", "all", "agent_id", "group", "reason", "validate_only")
    MESH_ID_FIELD_NUMBER: _ClassVar[int]
    DEAD_LETTER_IDS_FIELD_NUMBER: _ClassVar[int]
    ALL_FIELD_NUMBER: _ClassVar[int]
    AGENT_ID_FIELD_NUMBER: _ClassVar[int]
    GROUP_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    mesh_id: str
    dead_letter_ids: _containers.RepeatedScalarFieldContainer[str]
    all: bool
    agent_id: str
    group: str
    reason: _message_pb2.DeadLetterReason
    validate_only: bool
    def __init__(self, mesh_id: _Optional[str] = ..., dead_letter_ids: _Optional[_Iterable[str]] = ..., all: _Optional[bool] = ..., agent_id: _Optional[str] = ..., group: _Optional[str] = ..., reason: _Optional[_Union[_message_pb2.DeadLetterReason, str]] = ..., validate_only: _Optional[bool] = ...) -> None: ...

class PurgeDeadLettersResponse(_message.Message):
    __slots__ = ("purged", "remaining")
    PURGED_FIELD_NUMBER: _ClassVar[int]
    REMAINING_FIELD_NUMBER: _ClassVar[int]
    purged: int
    remaining: int
    def __init__(self, purged: _Optional[int] = ..., remaining: _Optional[int] = ...) -> None: ...
