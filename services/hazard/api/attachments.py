"""附件接口 · Photographs and documents are sent first; commands then name them by digest."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Response, UploadFile
from fastapi import File as Form
from pydantic import BaseModel, ConfigDict, Field

from contracts.values import Digest
from services import problems
from services.attachments import FORMATS, MAX_BYTES, PDF, PREFIX, Attachments
from services.tokens import Caller

FORM_OVERHEAD = 64 * 1024  # boundaries and headers of a multipart form
EXAMPLE = "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
FOR_EVER = {"Cache-Control": "private, max-age=31536000, immutable"}
# What strangers sent is shown, never run.
SHOWN_NOT_RUN = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}
STORING = problems.responses(
    "unauthenticated", "too-large", "unsupported-media", "broken-attachment", "malformed"
)
LOOKING: dict[int | str, dict[str, Any]] = {  # OpenAPI objects, as FastAPI takes them
    200: {"description": "附件内容", "content": {media_type: {} for media_type in (*FORMATS, PDF)}},
    **problems.responses("unauthenticated", "attachment-not-found", "malformed"),
}
Sha256 = Annotated[
    str,
    Path(pattern=r"^(sha256:)?[0-9a-f]{64}$", description="附件摘要，可带 sha256: 前缀", examples=[EXAMPLE]),
]


class Stored(BaseModel):
    """已存附件 · What a command names a photograph by."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"digest": EXAMPLE, "media_type": "image/jpeg", "size": 482133}]}
    )

    digest: Digest = Field(description="去除拍摄信息后内容的 SHA-256，在命令中引用")
    media_type: str = Field(description="按内容识别的类型：image/jpeg、image/png 或 application/pdf")
    size: int = Field(description="保存的字节数")


def routes(attachments: Attachments, caller_of: Callable[..., Awaitable[Caller]]) -> APIRouter:
    """附件路由 · To send an attachment and to look at one; both ask who is there."""
    router = APIRouter(prefix="/api/v1/attachments", tags=["附件"], dependencies=[Depends(caller_of)])

    @router.post(
        "",
        status_code=201,
        operation_id="store-attachment",
        summary="上传附件",
        max_body_size=MAX_BYTES + FORM_OVERHEAD,
        responses=STORING,
    )
    async def store(
        file: Annotated[UploadFile, Form(description="JPEG、PNG 或 PDF，不超过 10 MB")], response: Response
    ) -> Stored:
        """上传照片或文件。图片去除拍摄地点、时间、设备等信息后保存；同一内容重复上传得到同一摘要，可放心重试。"""
        kept = await attachments.store(await file.read(MAX_BYTES + 1))
        response.headers["Location"] = f"/api/v1/attachments/{kept.digest}"
        return Stored(digest=kept.digest, media_type=kept.media_type, size=kept.size)

    @router.get(
        "/{sha256}",
        operation_id="open-attachment",
        summary="查看附件",
        response_class=Response,
        responses=LOOKING,
    )
    async def look(sha256: Sha256) -> Response:
        """按摘要取回附件。内容永不改变，可长期缓存。"""
        kept, content = await attachments.open(PREFIX + sha256.removeprefix(PREFIX))
        headers = {"ETag": f'"{kept.digest}"', **FOR_EVER, **SHOWN_NOT_RUN}
        return Response(content, media_type=kept.media_type, headers=headers)

    return router
