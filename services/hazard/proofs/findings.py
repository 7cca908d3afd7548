"""审计发现 · What an audit of the whole log may find, each kind under a code of its own and in a sentence."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

KEPT = 20  # of each kind; a rewritten log would fill pages with one and the same

SENTENCES: Mapping[str, str] = {
    "POSITION_MISSING": "日志缺少这一位置：事件被删除 · a position is missing",
    "POSITION_STRAY": "日志中有不可能的位置 · an event stands at an impossible position",
    "LEAF_OTHER": "存储的字节与叶哈希不符：事件内容被改动 · the bytes are not those that were hashed",
    "CHAIN_OTHER": "链值不相接：此处或之前的事件被改动、插入、调换或删除 · the chain does not follow",
    "BODY_UNREADABLE": "事件无法解读 · an event cannot be understood",
    "ENVELOPE_OTHER": "事件所载标识、类型、版本或对象与其所在行不符 · the event does not say what its row says",
    "VERSION_OTHER": "该对象的版本不连续 · versions of a stream do not follow",
    "TIME_BACKWARDS": "记入时刻早于前一条 · recorded before the event before it",
    "TILE_OTHER": "瓦片与日志不符：日志或瓦片被改动 · a tile of the tree differs from the log",
    "TILE_MISSING": "缺少瓦片 · a tile is missing",
    "TILE_BEYOND": "瓦片超出日志末端：日志被截断 · a tile lies beyond the log's end",
    "CHECKPOINT_SIGNATURE": "检查点的签名不成立 · a checkpoint is not signed by the log's key",
    "CHECKPOINT_KEY": "检查点由另一把密钥签名 · a checkpoint is signed by another key than the pinned ones",
    "CHECKPOINT_ROW": "检查点的文本与其所在行不符 · a checkpoint's text differs from its row",
    "CHECKPOINT_ROOT": "日志与已签名的检查点不符：其覆盖的历史被改写 · the log has not the root that was signed",
    "CHECKPOINT_CHAIN": "链值与检查点所记不符 · the chain differs from the one a checkpoint recorded",
    "CHECKPOINT_BEYOND": "检查点超出日志末端：日志被截断 · a checkpoint covers more than the log holds",
    "WITNESS_SIGNATURE": "见证的检查点不是由该日志的密钥签名 · a witnessed head is signed by another key",
    "WITNESS_OTHER": "见证持有的检查点与日志不符：日志被改写或分叉 · a witness saw another history",
    "WITNESS_BEYOND": "见证持有的检查点超出日志末端：日志被截断 · a witness saw more than the log holds",
    "WITNESS_UNKNOWN": "见证持有的检查点在库中已不存在：检查点被删除 · a witnessed checkpoint was removed",
    "STREAMS_OTHER": "对象登记的版本或位置与日志不符 · log.streams differs from the log",
    "STREAMS_MISSING": "对象在登记中缺失 · a stream is missing in log.streams",
    "STREAMS_BEYOND": "对象登记指向日志中没有的事件：日志被截断或登记被改动 · log.streams names an event that is not there",
    "NAME_OTHER": "隐患编号指向另一条隐患 · a hazard's number names another hazard",
    "NAME_MISSING": "隐患编号未登记 · a hazard's number is not on record",
    "OUTCOME_BEYOND": "命令结果指向日志中没有的位置 · an outcome names a position that is not there",
    "WITNESS_OTHER_LOG": "见证目录中有另一日志的检查点，本日志没有用过那个名称 · heads of a log this one never was",
    "SNAPSHOT_FALSE": "快照不是其事件折叠的结果 · a snapshot is not what its events fold to",
    "SNAPSHOT_AHEAD": "快照的版本高于日志 · a snapshot is ahead of its stream",
    "STREAM_OF_ANOTHER_LOG": "事件流属于另一个日志 · the stream is of another log",
    "STREAM_MISSING": "事件流缺少消息 · a message is missing in the stream",
    "STREAM_BYTES": "事件流中的字节与日志不同 · a message's bytes differ from the log",
    "STREAM_SUBJECT": "事件流中的主题与日志不同 · a message's subject differs from the log",
    "STREAM_HEADERS": "事件流中的消息头与日志不同 · a message's headers differ from the log",
    "STREAM_AHEAD": "事件流比日志长：日志被截断，或流中有来历不明的消息 · the stream holds more than the log",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """发现 · One thing that is not as it must be; `position` in the log where there is one."""

    code: str
    position: int | None
    detail: str

    @property
    def sentence(self) -> str:
        """一句话 · What it means, in both languages."""
        return SENTENCES[self.code]


class Findings:
    """发现清单 · All that was found: how many of each kind, the first ones of each, and the first position."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.kept: list[Finding] = []
        self.first: int | None = None

    def add(self, code: str, position: int | None = None, detail: str = "") -> None:
        """记下 · One more; the code is one of SENTENCES."""
        self.counts[code] += 1
        if self.counts[code] <= KEPT:
            self.kept.append(Finding(code, position, detail))
        if position is not None and (self.first is None or position < self.first):
            self.first = position
