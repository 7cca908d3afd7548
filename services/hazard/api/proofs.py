"""证明接口 · The log's signed checkpoints, the proofs that lead to them, and the key to verify them by.

Whoever has a token may ask. A proof holds hashes of whole events, of which nobody can tell what they say or whose they are;
positions have no gaps, so that one exists says no more than the log's end. Nothing is found by an event's or a hazard's id:
whether those exist is for whoever may see them.
"""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query
from fastapi.responses import PlainTextResponse, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from services import problems
from services.hazard.api.sending import CallerOf
from services.hazard.proofs import keeping, note, signing, tiles
from services.hazard.proofs.keeping import Kept
from services.postgres import Connection, Pool
from services.trouble import Trouble

LOG = "2f6c0a4e-8d1b-4c53-9a53-0d6f6f1f7a10"
ORIGIN = f"safety/{LOG}"
HASHES = [f"{n:x}" * 64 for n in range(10, 16)]
PRINT = f"sha256:{'94fa5b6d' * 8}"
NOTE = f"""{ORIGIN}
4121
qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqo=
time 2026-11-22T08:00:00Z
chain u7u7u7u7u7u7u7u7u7u7u7u7u7u7u7u7u7u7u7u7u7s=
algorithms tree=sha256 chain=sha256 signature=ed25519

— {ORIGIN} x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
"""
REFUSED = problems.responses("unauthenticated", "no-checkpoint-yet", "malformed", "not-provable")

Hash = Annotated[str, Field(pattern="^[0-9a-f]{64}$", description="SHA-256，十六进制")]


class SignedCheckpoint(BaseModel):
    """检查点 · The signed end of the log; `note` is what was signed, with its signature."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "log": LOG,
                    "size": 4121,
                    "root": HASHES[0],
                    "chain": HASHES[1],
                    "time": "2026-11-22T08:00:00Z",
                    "algorithms": {**note.ALGORITHMS},
                    "fingerprint": PRINT,
                    "note": NOTE,
                }
            ]
        }
    )

    log: UUID
    size: int = Field(description="事件数，即最后一条的位置")
    root: Hash = Field(description="默克尔树（RFC 6962）的根")
    chain: Hash = Field(description="该位置的哈希链")
    time: AwareDatetime = Field(description="签发时间")
    algorithms: dict[str, str] = Field(description="所用算法")
    fingerprint: str = Field(description="签名公钥的指纹")
    note: str = Field(description="签名原文（C2SP tlog-checkpoint）")


class InclusionProof(BaseModel):
    """包含证明 · From an event's leaf hash to the root at a size; leaves count from 0, positions from 1."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "log": LOG,
                    "position": 3,
                    "size": 5,
                    "leaf": HASHES[2],
                    "proof": [HASHES[3], HASHES[4], HASHES[5]],
                    "root": HASHES[0],
                }
            ]
        }
    )

    log: UUID
    position: int = Field(description="事件位置，从 1 起；树中叶的序号为位置减一")
    size: int = Field(description="树的大小")
    leaf: Hash = Field(description="叶哈希：SHA-256（0x00 ‖ 事件原始字节）")
    proof: list[Hash] = Field(description="自下而上的兄弟哈希（RFC 9162 2.1.3）")
    root: Hash = Field(description="该大小的根；请与自己保存的检查点核对")


class ConsistencyProof(BaseModel):
    """一致性证明 · That the log at one size is the beginning of the log at another."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "log": LOG,
                    "from": 2,
                    "to": 5,
                    "from_root": HASHES[0],
                    "to_root": HASHES[1],
                    "proof": [HASHES[2], HASHES[3]],
                }
            ]
        },
        validate_by_name=True,
    )

    log: UUID
    from_: int = Field(alias="from", description="较早的大小")
    to: int = Field(description="较晚的大小")
    from_root: Hash = Field(description="较早大小的根；请与自己保存的检查点核对")
    to_root: Hash = Field(description="较晚大小的根；请与自己保存的检查点核对")
    proof: list[Hash] = Field(description="一致性证明（RFC 9162 2.1.4）")


class PublicKey(BaseModel):
    """日志公钥 · What checkpoints are verified by. Pin the fingerprint, told by another way than this."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "algorithm": "ed25519",
                    "fingerprint": PRINT,
                    "pem": "-----BEGIN PUBLIC KEY-----\n…\n-----END PUBLIC KEY-----\n",
                    "verifier": f"{ORIGIN}+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
                }
            ]
        }
    )

    algorithm: str
    fingerprint: str = Field(description="公钥（X.509，DER）的 SHA-256；请经其他途径核对并固定")
    pem: str
    verifier: str = Field(description="C2SP 签名文本工具所用的验证键")


CHECKPOINT: dict[int | str, dict[str, Any]] = {  # OpenAPI objects, as FastAPI takes them
    200: {"description": "最新检查点", "content": {"text/plain": {"example": NOTE}}},
    **problems.responses("unauthenticated", "no-checkpoint-yet"),
}
Position = Annotated[int, Query(ge=1, description="事件位置，从 1 起", examples=[3])]
Size = Annotated[int | None, Query(ge=1, description="树的大小；不填则为最新检查点", examples=[5])]


def routes(pool: Pool, caller_of: CallerOf) -> APIRouter:
    """证明路由 · GET /log/checkpoint, /log/proofs/inclusion, /log/proofs/consistency, /log/key."""
    router = APIRouter(prefix="/api/v1/log", tags=["日志"], dependencies=[Depends(caller_of)])
    _add_signed(router, pool)
    _add_inclusion(router, pool)
    _add_consistency(router, pool)
    return router


def _add_signed(router: APIRouter, pool: Pool) -> None:
    @router.get(
        "/checkpoint",
        summary="最新检查点",
        operation_id="get-log-checkpoint",
        response_model=SignedCheckpoint,
        responses=CHECKPOINT,
    )
    async def checkpoint(
        response: Response, accept: Annotated[str, Header(include_in_schema=False)] = ""
    ) -> SignedCheckpoint | Response:
        """日志末端的签名声明。`Accept: text/plain` 得到签名原文，可交其他单位保存、用 C2SP 工具核验。"""
        async with pool.connection() as connection:
            kept = await _latest(connection)
        if "text/plain" in accept and "json" not in accept:
            return PlainTextResponse(kept.note, headers={"Vary": "Accept"})
        response.headers["Vary"] = "Accept"
        return _signed(kept)

    @router.get(
        "/key",
        summary="日志公钥",
        operation_id="get-log-key",
        responses=problems.responses("unauthenticated", "no-checkpoint-yet"),
    )
    async def key() -> PublicKey:
        """签发最新检查点的公钥及其指纹。指纹请经其他途径（公文、现场）核对，仅凭本接口不能证明什么。"""
        async with pool.connection() as connection:
            kept = await _latest(connection)
        public = kept.public_key
        return PublicKey(
            algorithm=signing.ALGORITHM,
            fingerprint=signing.fingerprint(public),
            pem=signing.pem(public),
            verifier=note.verifier(kept.checkpoint.origin, public),
        )


def _add_inclusion(router: APIRouter, pool: Pool) -> None:
    @router.get(
        "/proofs/inclusion", summary="包含证明", operation_id="get-inclusion-proof", responses=REFUSED
    )
    async def inclusion(position: Position, size: Size = None) -> InclusionProof:
        """证明某一位置的事件在日志中：由叶哈希沿证明算到根，与检查点相同即成立。"""
        async with pool.connection() as connection:
            end = await _latest(connection)
            size = _within(end, size)
            if position > size:
                raise Trouble("not-provable", f"位置 {position} 不在大小为 {size} 的日志中")
            [found] = await tiles.inclusions(connection, [position], size)
            root = await tiles.root_at(connection, size)
        return InclusionProof(
            log=end.checkpoint.log_id,
            position=position,
            size=size,
            leaf=found.leaf.hex(),
            proof=[each.hex() for each in found.proof],
            root=root.hex(),
        )


def _add_consistency(router: APIRouter, pool: Pool) -> None:
    @router.get(
        "/proofs/consistency", summary="一致性证明", operation_id="get-consistency-proof", responses=REFUSED
    )
    async def consistency(
        from_: Annotated[int, Query(alias="from", ge=1, description="较早的大小", examples=[2])],
        to: Size = None,
    ) -> ConsistencyProof:
        """证明日志只增不改：大小为 from 的日志是大小为 to 的日志的开头。"""
        async with pool.connection() as connection:
            end = await _latest(connection)
            to = _within(end, to)
            if from_ > to:
                raise Trouble("not-provable", f"较早的大小 {from_} 不得大于较晚的大小 {to}")
            proof = await tiles.consistency(connection, from_, to)
            roots = [await tiles.root_at(connection, size) for size in (from_, to)]
        return ConsistencyProof(
            log=end.checkpoint.log_id,
            from_=from_,
            to=to,
            from_root=roots[0].hex(),
            to_root=roots[1].hex(),
            proof=[each.hex() for each in proof],
        )


async def _latest(connection: Connection) -> Kept:
    kept = await keeping.latest(connection)
    if kept is None:
        raise Trouble("no-checkpoint-yet", "日志尚未签发检查点；有事件后由发布进程签发，请稍后再试")
    return kept


def _within(end: Kept, size: int | None) -> int:
    """A size that a checkpoint covers; the latest one's when none was named."""
    largest = end.checkpoint.size
    if size is None:
        return largest
    if size > largest:
        raise Trouble("not-provable", f"大小 {size} 超出最新检查点（{largest}），尚无签名可供核对")
    return size


def _signed(kept: Kept) -> SignedCheckpoint:
    one = kept.checkpoint
    return SignedCheckpoint(
        log=one.log_id,
        size=one.size,
        root=one.root.hex(),
        chain=one.chain.hex(),
        time=one.time,
        algorithms=note.ALGORITHMS,
        fingerprint=signing.fingerprint(kept.public_key),
        note=kept.note,
    )
