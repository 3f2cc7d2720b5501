from buf.validate import validate_pb2 as _validate_pb2
from google.api import annotations_pb2 as _annotations_pb2
from google.protobuf import field_mask_pb2 as _field_mask_pb2
from mesh.options.v1 import access_pb2 as _access_pb2
from mesh.options.v1 import cli_pb2 as _cli_pb2
from mesh.v1 import mesh_pb2 as _mesh_pb2
from mesh.v1 import watch_pb2 as _watch_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CreateMeshRequest(_message.Message):
    __slots__ = ("mesh_id", "display_name", "labels", "settings", "request_id")
    class LabelsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    MESH_ID_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    SETTINGS_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    mesh_id: str
    display_name: str
    labels: _containers.ScalarMap[str, str]
    settings: _mesh_pb2.MeshSettings
    request_id: str
    def __init__(self, mesh_id: _Optional[str] = ..., display_name: _Optional[str] = ..., labels: _Optional[_Mapping[str, str]] = ..., settings: _Optional[_Union[_mesh_pb2.MeshSettings, _Mapping]] = ..., request_id: _Optional[str] = ...) -> None: ...

class CreateMeshResponse(_message.Message):
    __slots__ = ("mesh",)
    MESH_FIELD_NUMBER: _ClassVar[int]
    mesh: _mesh_pb2.Mesh
    def __init__(self, mesh: _Optional[_Union[_mesh_pb2.Mesh, _Mapping]] = ...) -> None: ...

class GetMeshRequest(_message.Message):
    __slots__ = ("mesh_id",)
    MESH_ID_FIELD_NUMBER: _ClassVar[int]
    mesh_id: str
    def __init__(self, mesh_id: _Optional[str] = ...) -> None: ...

class GetMeshResponse(_message.Message):
    __slots__ = ("mesh",)
    MESH_FIELD_NUMBER: _ClassVar[int]
    mesh: _mesh_pb2.Mesh
    def __init__(self, mesh: _Optional[_Union[_mesh_pb2.Mesh, _Mapping]] = ...) -> None: ...

class ListMeshesRequest(_message.Message):
    __slots__ = ("page_size", "page_token")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListMeshesResponse(_message.Message):
    __slots__ = ("meshes", "next_page_token")
    MESHES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    meshes: _containers.RepeatedCompositeFieldContainer[_mesh_pb2.Mesh]
    next_page_token: str
    def __init__(self, meshes: _Optional[_Iterable[_Union[_mesh_pb2.Mesh, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class UpdateMeshRequest(_message.Message):
    __slots__ = ("mesh_id", "display_name", "labels", "settings", "update_mask", "etag")
    class LabelsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    MESH_ID_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    SETTINGS_FIELD_NUMBER: _ClassVar[int]
    UPDATE_MASK_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    mesh_id: str
    display_name: str
    labels: _containers.ScalarMap[str, str]
    settings: _mesh_pb2.MeshSettings
    update_mask: _field_mask_pb2.FieldMask
    etag: str
    def __init__(self, mesh_id: _Optional[str] = ..., display_name: _Optional[str] = ..., labels: _Optional[_Mapping[str, str]] = ..., settings: _Optional[_Union[_mesh_pb2.MeshSettings, _Mapping]] = ..., update_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ..., etag: _Optional[str] = ...) -> None: ...

class UpdateMeshResponse(_message.Message):
    __slots__ = ("mesh",)
    MESH_FIELD_NUMBER: _ClassVar[int]
    mesh: _mesh_pb2.Mesh
    def __init__(self, mesh: _Optional[_Union[_mesh_pb2.Mesh, _Mapping]] = ...) -> None: ...

class DeleteMeshRequest(_message.Message):
    __slots__ = ("mesh_id", "etag", "validate_only")
    MESH_ID_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    mesh_id: str
    etag: str
    validate_only: bool
    def __init__(self, mesh_id: _Optional[str] = ..., etag: _Optional[str] = ..., validate_only: _Optional[bool] = ...) -> None: ...

class DeleteMeshResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetMeshStatusRequest(_message.Message):
    __slots__ = ("mesh_id",)
    MESH_ID_FIELD_NUMBER: _ClassVar[int]
    mesh_id: str
    def __init__(self, mesh_id: _Optional[str] = ...) -> None: ...

class GetMeshStatusResponse(_message.Message):
    __slots__ = ("status",)
    STATUS_FIELD_NUMBER: _ClassVar[int]
    status: _mesh_pb2.MeshStatus
    def __init__(self, status: _Optional[_Union[_mesh_pb2.MeshStatus, _Mapping]] = ...) -> None: ...

class GetMeshTopologyRequest(_message.Message):
    __slots__ = ("mesh_id",)
    MESH_ID_FIELD_NUMBER: _ClassVar[int]
    mesh_id: str
    def __init__(self, mesh_id: _Optional[str] = ...) -> None: ...

class GetMeshTopologyResponse(_message.Message):
    __slots__ = ("topology",)
    TOPOLOGY_FIELD_NUMBER: _ClassVar[int]
    topology: _mesh_pb2.MeshTopology
    def __init__(self, topology: _Optional[_Union[_mesh_pb2.MeshTopology, _Mapping]] = ...) -> None: ...

class WatchMeshRequest(_message.Message):
    __slots__ = ("mesh_id", "cursor")
    MESH_ID_FIELD_NUMBER: _ClassVar[int]
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    mesh_id: str
    cursor: str
    def __init__(self, mesh_id: _Optional[str] = ..., cursor: _Optional[str] = ...) -> None: ...

class WatchMeshResponse(_message.Message):
    __slots__ = ("changes", "cursor", "phase", "more")
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    PHASE_FIELD_NUMBER: _ClassVar[int]
    MORE_FIELD_NUMBER: _ClassVar[int]
    changes: _containers.RepeatedCompositeFieldContainer[_mesh_pb2.MeshChange]
    cursor: str
    phase: _watch_pb2.WatchPhase
    more: bool
    def __init__(self, changes: _Optional[_Iterable[_Union[_mesh_pb2.MeshChange, _Mapping]]] = ..., cursor: _Optional[str] = ..., phase: _Optional[_Union[_watch_pb2.WatchPhase, str]] = ..., more: _Optional[bool] = ...) -> None: ...
