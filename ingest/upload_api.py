"""Uploads and saved mappings over REST."""

import hashlib
from typing import Any, cast

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from streams.rest.parsers import StrictJSONParser
from streams.rest.preconditions import etag, if_match
from streams.rest.schema import IF_MATCH, KEY, problems, row_change, row_routes
from streams.rest.strict import ListQuery, Strict
from streams.rest.viewsets import RowViewSet

from . import mappings, uploads
from .errors import FileError
from .models import Mapping, Upload
from .rejections import download
from .rows import mapping_row, preview_rows, upload_row
from .upload_serializers import (
    MappingChange,
    MappingCommand,
    MappingSerializer,
    PreviewCommand,
    PreviewSerializer,
    StartCommand,
    UploadedSerializer,
    UploadQuery,
    UploadSerializer,
)

PERMISSION = "hotspots.add_measurement"
GONE = {204: None, **problems(401, 403, 404, 409, 412)}


@extend_schema_view(**row_routes("Upload", UploadSerializer, UploadQuery, streamed=False))
class UploadViewSet(RowViewSet):
    """The routes below ``/api/uploads``."""

    noun = "upload"
    rows = Upload.objects.select_related("created_by")
    shape = staticmethod(upload_row)
    queries = {"list": UploadQuery}
    view_permission = change_permission = PERMISSION
    parser_classes = (StrictJSONParser, MultiPartParser)

    def content(self, request: Request) -> bytes:
        """Return what makes two uploads the same, without a large file in memory."""
        if self.action != "create":
            return super().content(request)
        file = _file(request)
        digest = hashlib.file_digest(file, "sha256").digest()
        file.seek(0)
        return digest + str(file.name).encode()

    @extend_schema(
        parameters=[KEY],
        request={"multipart/form-data": UploadedSerializer},
        responses={201: UploadSerializer, **problems(400, 401, 403, 409, 413, 415, 422, 507)},
    )
    def create(self, request: Request) -> Response:
        """Keep a file and say what it looks like; nothing is loaded yet."""
        file = _file(request)
        upload = uploads.receive(
            name=str(file.name),
            content=cast(Any, file),
            size=file.size or 0,
            by=self.signed_in(),
            via="api",
        )
        return Response(upload_row(upload), status=201, headers={"ETag": etag(upload)})

    @extend_schema(
        request=PreviewCommand,
        parameters=[KEY],
        responses={200: PreviewSerializer, **problems(400, 401, 403, 404, 409, 422)},
    )
    @action(detail=True, methods=["post"])
    def preview(self, request: Request, pk: int) -> Response:
        """Read the first 20 lines with a mapping; nothing is stored."""
        mapping = self.body(PreviewCommand)["mapping"]
        return Response(preview_rows(uploads.look(pk, mapping)))

    @row_change(UploadSerializer, StartCommand)
    @action(detail=True, methods=["post"])
    def start(self, request: Request, pk: int) -> Response:
        """Load the file with a mapping; one that ended may be started again."""
        return self.change(uploads.start, pk, **self.body(StartCommand))

    @row_change(UploadSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: int) -> Response:
        """Stop loading; what is stored stays."""
        self.body(Strict)
        return self.change(uploads.cancel, pk)

    @extend_schema(responses={(200, "text/csv"): OpenApiTypes.STR, **problems(401, 403, 404)})
    @action(detail=True)
    def errors(self, request: Request, pk: int) -> HttpResponse:
        """Download the rejected lines: line, code, detail, and the line's own columns."""
        return download(uploads.find(pk))

    @extend_schema(parameters=[IF_MATCH], responses=GONE)
    def destroy(self, request: Request, pk: int) -> Response:
        """Delete a file that is not being loaded; its readings stay."""
        uploads.delete(pk, by=self.signed_in(), via="api", version=if_match(request._request))
        return Response(status=204)


@extend_schema_view(**row_routes("Mapping", MappingSerializer, ListQuery, streamed=False))
class MappingViewSet(RowViewSet):
    """The routes below ``/api/mappings``."""

    noun = "mapping"
    rows = Mapping.objects.select_related("created_by")
    shape = staticmethod(mapping_row)
    queries = {"list": ListQuery}
    view_permission = change_permission = PERMISSION

    @extend_schema(
        parameters=[KEY],
        request=MappingCommand,
        responses={201: MappingSerializer, **problems(400, 401, 403, 409, 422)},
    )
    def create(self, request: Request) -> Response:
        """Keep a mapping for the next file of its kind."""
        row = mappings.create(**self.body(MappingCommand), by=self.signed_in(), via="api")
        return Response(mapping_row(row), status=201, headers={"ETag": etag(row)})

    @extend_schema(
        parameters=[IF_MATCH],
        request=MappingChange,
        responses={200: MappingSerializer, **problems(400, 401, 403, 404, 409, 412)},
    )
    def partial_update(self, request: Request, pk: int) -> Response:
        """Rename it, or replace what it says."""
        return self.change(mappings.change, pk, **self.body(MappingChange))

    @extend_schema(parameters=[IF_MATCH], responses=GONE)
    def destroy(self, request: Request, pk: int) -> Response:
        """Forget it."""
        mappings.delete(pk, by=self.signed_in(), via="api", version=if_match(request._request))
        return Response(status=204)


def _file(request: Request) -> UploadedFile:
    """Return the one file of a request."""
    files = request.FILES.getlist("file")
    if len(files) != 1 or len(request.FILES) != 1:
        detail = "Send one file as multipart/form-data, in the field file."
        raise FileError(detail, "missing_file")
    return files[0]
