from google.api import annotations_pb2 as _annotations_pb2
from mesh.options.v1 import access_pb2 as _access_pb2
from mesh.options.v1 import cli_pb2 as _cli_pb2
from mesh.v1 import credential_pb2 as _credential_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class WhoAmIRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class WhoAmIResponse(_message.Message):
    __slots__ = ("auth_context",)
    AUTH_CONTEXT_FIELD_NUMBER: _ClassVar[int]
    auth_context: _credential_pb2.AuthContext
    def __init__(self, auth_context: _Optional[_Union[_credential_pb2.AuthContext, _Mapping]] = ...) -> None: ...
