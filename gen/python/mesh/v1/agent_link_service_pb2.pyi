from buf.validate import validate_pb2 as _validate_pb2
from google.api import annotations_pb2 as _annotations_pb2
from mesh.options.v1 import access_pb2 as _access_pb2
from mesh.options.v1 import cli_pb2 as _cli_pb2
from mesh.options.v1 import sensitivity_pb2 as _sensitivity_pb2
from mesh.v1 import agent_pb2 as _agent_pb2
from mesh.v1 import link_pb2 as _link_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class JoinMeshRequest(_message.Message):
    __slots__ = ("join_token", "public_key", "agent_id")
    JOIN_TOKEN_FIELD_NUMBER: _ClassVar[int]
    PUBLIC_KEY_FIELD_NUMBER: _ClassVar[int]
    AGENT_ID_FIELD_NUMBER: _ClassVar[int]
    join_token: str
    public_key: bytes
    agent_id: str
    def __init__(self, join_token: _Optional[str] = ..., public_key: _Optional[bytes] = ..., agent_id: _Optional[str] = ...) -> None: ...

class JoinMeshResponse(_message.Message):
    __slots__ = ("agent", "mesh_uid")
    AGENT_FIELD_NUMBER: _ClassVar[int]
    MESH_UID_FIELD_NUMBER: _ClassVar[int]
    agent: _agent_pb2.Agent
    mesh_uid: str
    def __init__(self, agent: _Optional[_Union[_agent_pb2.Agent, _Mapping]] = ..., mesh_uid: _Optional[str] = ...) -> None: ...

class ConnectRequest(_message.Message):
    __slots__ = ("hello", "heartbeat", "state_update", "publish", "reply", "goodbye", "settle", "subscribe", "unsubscribe", "launched")
    HELLO_FIELD_NUMBER: _ClassVar[int]
    HEARTBEAT_FIELD_NUMBER: _ClassVar[int]
    STATE_UPDATE_FIELD_NUMBER: _ClassVar[int]
    PUBLISH_FIELD_NUMBER: _ClassVar[int]
    REPLY_FIELD_NUMBER: _ClassVar[int]
    GOODBYE_FIELD_NUMBER: _ClassVar[int]
    SETTLE_FIELD_NUMBER: _ClassVar[int]
    SUBSCRIBE_FIELD_NUMBER: _ClassVar[int]
    UNSUBSCRIBE_FIELD_NUMBER: _ClassVar[int]
    LAUNCHED_FIELD_NUMBER: _ClassVar[int]
    hello: _link_pb2.Hello
    heartbeat: _link_pb2.HeartbeatMessage
    state_update: _link_pb2.StateUpdateMessage
    publish: _link_pb2.Publish
    reply: _link_pb2.Reply
    goodbye: _link_pb2.AgentGoodbye
    settle: _link_pb2.Settle
    subscribe: _link_pb2.Subscribe
    unsubscribe: _link_pb2.Unsubscribe
    launched: _link_pb2.Launched
    def __init__(self, hello: _Optional[_Union[_link_pb2.Hello, _Mapping]] = ..., heartbeat: _Optional[_Union[_link_pb2.HeartbeatMessage, _Mapping]] = ..., state_update: _Optional[_Union[_link_pb2.StateUpdateMessage, _Mapping]] = ..., publish: _Optional[_Union[_link_pb2.Publish, _Mapping]] = ..., reply: _Optional[_Union[_link_pb2.Reply, _Mapping]] = ..., goodbye: _Optional[_Union[_link_pb2.AgentGoodbye, _Mapping]] = ..., settle: _Optional[_Union[_link_pb2.Settle, _Mapping]] = ..., subscribe: _Optional[_Union[_link_pb2.Subscribe, _Mapping]] = ..., unsubscribe: _Optional[_Union[_link_pb2.Unsubscribe, _Mapping]] = ..., launched: _Optional[_Union[_link_pb2.Launched, _Mapping]] = ...) -> None: ...

class ConnectResponse(_message.Message):
    __slots__ = ("welcome", "heartbeat_ack", "deliver", "call", "cancel_call", "config", "notice", "goodbye", "published", "settled", "subscribed")
    WELCOME_FIELD_NUMBER: _ClassVar[int]
    HEARTBEAT_ACK_FIELD_NUMBER: _ClassVar[int]
    DELIVER_FIELD_NUMBER: _ClassVar[int]
    CALL_FIELD_NUMBER: _ClassVar[int]
    CANCEL_CALL_FIELD_NUMBER: _ClassVar[int]
    CONFIG_FIELD_NUMBER: _ClassVar[int]
    NOTICE_FIELD_NUMBER: _ClassVar[int]
    GOODBYE_FIELD_NUMBER: _ClassVar[int]
    PUBLISHED_FIELD_NUMBER: _ClassVar[int]
    SETTLED_FIELD_NUMBER: _ClassVar[int]
    SUBSCRIBED_FIELD_NUMBER: _ClassVar[int]
    welcome: _link_pb2.Welcome
    heartbeat_ack: _link_pb2.HeartbeatAck
    deliver: _link_pb2.Deliver
    call: _link_pb2.Call
    cancel_call: _link_pb2.CancelCall
    config: _link_pb2.Config
    notice: _link_pb2.Notice
    goodbye: _link_pb2.ServerGoodbye
    published: _link_pb2.Published
    settled: _link_pb2.Settled
    subscribed: _link_pb2.Subscribed
    def __init__(self, welcome: _Optional[_Union[_link_pb2.Welcome, _Mapping]] = ..., heartbeat_ack: _Optional[_Union[_link_pb2.HeartbeatAck, _Mapping]] = ..., deliver: _Optional[_Union[_link_pb2.Deliver, _Mapping]] = ..., call: _Optional[_Union[_link_pb2.Call, _Mapping]] = ..., cancel_call: _Optional[_Union[_link_pb2.CancelCall, _Mapping]] = ..., config: _Optional[_Union[_link_pb2.Config, _Mapping]] = ..., notice: _Optional[_Union[_link_pb2.Notice, _Mapping]] = ..., goodbye: _Optional[_Union[_link_pb2.ServerGoodbye, _Mapping]] = ..., published: _Optional[_Union[_link_pb2.Published, _Mapping]] = ..., settled: _Optional[_Union[_link_pb2.Settled, _Mapping]] = ..., subscribed: _Optional[_Union[_link_pb2.Subscribed, _Mapping]] = ...) -> None: ...
