from google.protobuf import descriptor_pb2 as _descriptor_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CommandGroup(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    COMMAND_GROUP_UNSPECIFIED: _ClassVar[CommandGroup]
    COMMAND_GROUP_RUN: _ClassVar[CommandGroup]
    COMMAND_GROUP_INSPECT: _ClassVar[CommandGroup]
    COMMAND_GROUP_CHANGE: _ClassVar[CommandGroup]
    COMMAND_GROUP_OPERATE: _ClassVar[CommandGroup]
    COMMAND_GROUP_CONFIGURE: _ClassVar[CommandGroup]
COMMAND_GROUP_UNSPECIFIED: CommandGroup
COMMAND_GROUP_RUN: CommandGroup
COMMAND_GROUP_INSPECT: CommandGroup
COMMAND_GROUP_CHANGE: CommandGroup
COMMAND_GROUP_OPERATE: CommandGroup
COMMAND_GROUP_CONFIGURE: CommandGroup
CLI_FIELD_NUMBER: _ClassVar[int]
cli: _descriptor.FieldDescriptor

class Command(_message.Message):
    __slots__ = ("topic", "verb", "positionals", "group", "columns")
    TOPIC_FIELD_NUMBER: _ClassVar[int]
    VERB_FIELD_NUMBER: _ClassVar[int]
    POSITIONALS_FIELD_NUMBER: _ClassVar[int]
    GROUP_FIELD_NUMBER: _ClassVar[int]
    COLUMNS_FIELD_NUMBER: _ClassVar[int]
    topic: str
    verb: str
    positionals: _containers.RepeatedScalarFieldContainer[str]
    group: CommandGroup
    columns: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, topic: _Optional[str] = ..., verb: _Optional[str] = ..., positionals: _Optional[_Iterable[str]] = ..., group: _Optional[_Union[CommandGroup, str]] = ..., columns: _Optional[_Iterable[str]] = ...) -> None: ...
