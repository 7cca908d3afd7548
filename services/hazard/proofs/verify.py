"""验证履历 · Verifies the exported trail of one hazard, offline: one file, Python 3.8 or newer and nothing else.

用法 · usage:  python verify.py [trail.zip | 文件夹 folder] --key 指纹 FINGERPRINT [--witness 文件夹 DIR]

在解压后的文件夹中运行时可省略第一个参数。退出码 exit status：0 未见改动 nothing found，1 发现改动 tampering，2 无法读取 unreadable。

指纹须从压缩包以外的渠道取得，否则任何人都能用自己的密钥重新签名；见证文件夹由他人保存日志以往签过的检查点，没有它，
无法发现日志方给不同的人看不同的历史。Take fingerprint, witnessed heads and verify.py itself from elsewhere than this archive.
"""

from __future__ import annotations  # Python 3.8 reads the annotations below as text

import argparse
import base64
import hashlib
import json
import re
import sys
import zipfile
import zlib
from pathlib import Path
from typing import Any

FORM = "hazard-trail/1"
STATED = {"hazard": "隐患", "number": "编号", "log": "日志", "size": "条数", "root": "根", "count": "事件"}
LABELS = {**STATED, "key": "指纹", "pinned": "已固定", "checkpoint_time": "签于", "heads_compared": "见证"}
SIGNED = b"hazard-trail-manifest/1\n"  # before the manifest's bytes: its signature is good for nothing else
LARGEST = 64 * 1024 * 1024  # bytes of one file
MOST_HEADS = 100  # witnessed heads that are compared; a signature takes some milliseconds
X509 = bytes.fromhex("302a300506032b6570032100")  # before the key in the form of `openssl pkey -outform der`
CANNOT_READ = 2
HIDDEN = r"(^|/)(\.|__pycache__/)"  # what a machine puts into a folder

FINDINGS = {
    "MEMBER_TWICE": "压缩包内有同名文件 · two members bear one name",
    "MEMBER_DAMAGED": "压缩包内文件损坏 · a member is damaged",
    "MANIFEST_UNREADABLE": "清单无法解读 · the manifest cannot be understood",
    "MANIFEST_SIGNATURE": "清单的签名不成立：清单被改动，或由他人签名 · the manifest is not signed by this key",
    "CHECKPOINT_SIGNATURE": "检查点的签名不成立 · the checkpoint is not signed by this key",
    "CHECKPOINT_OTHER": "检查点与清单所述的日志、大小或根不一致 · checkpoint and manifest differ",
    "KEY_OTHER": "公钥不是所固定的密钥：由他人签名 · the key is not the pinned one",
    "FILE_MISSING": "清单所列文件缺失 · a listed file is missing",
    "FILE_EXTRA": "有清单之外的文件 · a file that is not listed",
    "FILE_CHANGED": "文件与清单所记摘要不符 · a file was changed",
    "PAGE_CHANGED": "履历页 trail.html 被改动 · the page was changed",
    "PHOTO_CHANGED": "照片与其摘要不符 · a photo was changed",
    "PHOTOS_OTHER": "清单所列照片与事件所载不一致 · the photos listed are not those the events name",
    "EVENT_MISSING": "缺少事件 · an event is missing",
    "EVENT_EXTRA": "有清单之外的事件 · an event that is not listed",
    "EVENT_CHANGED": "事件的字节被改动 · an event's bytes were changed",
    "EVENT_MOVED": "事件不在其位，顺序被改动 · an event stands at another's place",
    "EVENT_OF_ANOTHER": "事件属于另一条隐患 · an event of another hazard",
    "ENVELOPE_OTHER": "事件所载版本或编号与其位置不符 · an event does not say what its place says",
    "COUNT_OTHER": "事件条数与清单所述不符 · not as many events as stated",
    "VERSION_GAP": "版本不连续 · versions are not 1 to k without a gap",
    "POSITION_ORDER": "日志位置未递增，或超出检查点 · positions do not grow within the tree",
    "CHAIN_OTHER": "相邻事件的链值不相接 · chain values do not follow",
    "PROOF_OTHER": "包含证明不成立：该事件不在此日志中 · an inclusion proof does not hold",
    "WITNESS_FORK": "与见证的检查点不一致：日志分叉或被改写 · a witnessed head shows another history",
    "WITNESS_OTHER_KEY": "见证的检查点由另一把密钥签名 · witnessed heads are signed by another key",
}
LIMITS = {
    "KEY_NOT_PINNED": "未固定密钥 key not pinned：只证明内容前后一致，任何人都可用自己的密钥重新签名全部内容。请加 --key",
    "FORK_NOT_CHECKED": "分叉无法检查 fork not checkable：日志方可能给他人看另一份历史。请加 --witness",
    "AFTER_WITNESS": "见证只到这一条，其后的事件没有见证可比 · events after this position are not witnessed",
    "LATER_HEADS": "见证中更晚的检查点未比对，本压缩包中没有通向它们的证明 · later witnessed heads were not compared",
    "COMPLETE_AS_STATED": "“恰好 k 条”由日志方签名声明，树本身不能证明没有遗漏 · completeness is the log's signed statement",
    "LATER_EVENTS": "检查点之后发生的事不在其中 · nothing after the checkpoint is in here",
    "PHOTOS_NOT_INCLUDED": "有照片未附，只有其摘要 · some photos are named by digest only",
    "NOT_THE_TRUTH": "证明的是记录未被改动，不是记录属实 · it proves what was recorded, not that it was true",
}

# Ed25519, verification only (RFC 8032, section 5.1)
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
# A point is X, Y, Z, T with x = X/Z, y = Y/Z, x*y = T/Z.


def _added(one: tuple[int, ...], two: tuple[int, ...]) -> tuple[int, ...]:
    a = (one[1] - one[0]) * (two[1] - two[0]) % P
    b = (one[1] + one[0]) * (two[1] + two[0]) % P
    c = 2 * one[3] * two[3] * D % P
    d = 2 * one[2] * two[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def _times(factor: int, point: tuple[int, ...]) -> tuple[int, ...]:
    total: tuple[int, ...] = (0, 1, 1, 0)
    while factor:
        if factor & 1:
            total = _added(total, point)
        point = _added(point, point)
        factor >>= 1
    return total


def _point(encoded: bytes) -> tuple[int, ...] | None:
    """A point from its 32 bytes; None where there is none, or where they are not the one way to write it."""
    y = int.from_bytes(encoded, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P or (x == 0 and sign) or y >= P:
        return None
    x = P - x if x & 1 != sign else x
    return (x, y, 1, x * y % P)


BASE = _point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def signed_by(key: bytes, message: bytes, signature: bytes) -> bool:
    """验签 · Whether an Ed25519 signature (64 bytes) of this message was made with this public key (32 bytes)."""
    owner, commitment = _point(key), _point(signature[:32])
    answer = int.from_bytes(signature[32:], "little")
    if owner is None or commitment is None or BASE is None or answer >= ORDER or len(key + signature) != 96:
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % ORDER
    one, two = _times(answer, BASE), _added(commitment, _times(challenge, owner))
    return all((one[at] * two[2] - two[at] * one[2]) % P == 0 for at in (0, 1))


def _hash(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def _root_through(leaf: bytes, index: int, size: int, proof: list[bytes]) -> bytes:
    """The root to which an inclusion proof leads (RFC 6962, 2.1); one of a wrong length leads to no root."""
    if size == 1 or not proof:
        return leaf if size == 1 and not proof else b""
    left = 1 << (size - 1).bit_length() - 1
    if index < left:
        return _hash(b"\x01", _root_through(leaf, index, left, proof[:-1]), proof[-1])
    return _hash(b"\x01", proof[-1], _root_through(leaf, index - left, size - left, proof[:-1]))


def _roots_of(old: int, new: int, proof: list[bytes], known: list[bytes]) -> tuple[bytes, bytes]:
    """The roots of the smaller and the larger tree to which a consistency proof leads; `known` is the smaller's."""
    if old == new or not proof:
        given = known + proof
        return (given[0], given[0]) if old == new and len(given) == 1 else (b"", b"")
    left = 1 << (new - 1).bit_length() - 1
    if old <= left:
        smaller, larger = _roots_of(old, left, proof[:-1], known)
        return smaller, _hash(b"\x01", larger, proof[-1])
    smaller, larger = _roots_of(old - left, new - left, proof[:-1], [])
    return _hash(b"\x01", proof[-1], smaller), _hash(b"\x01", proof[-1], larger)


class Unreadable(Exception):
    """无法读取 · There is nothing that could be verified; its text says why."""


class Report:
    """核验结果 · What was found, what this verification cannot tell, each a code and where; and plain facts."""

    def __init__(self) -> None:
        self.findings: list[tuple[str, str]] = []
        self.limits: list[tuple[str, str]] = []
        self.facts: dict[str, object] = {}

    def say(self, code: str, where: object = "") -> None:
        (self.findings if code in FINDINGS else self.limits).append((code, str(where)))


def read(place: Path, report: Report) -> dict[str, bytes]:
    """读取 · The files of an archive, or of the folder it was unpacked into, by name. Raises Unreadable."""
    if place.is_dir():
        paths = {path.relative_to(place).as_posix(): path for path in place.rglob("*") if path.is_file()}
        return {name: path.read_bytes() for name, path in paths.items() if not re.search(HIDDEN, name)}
    files: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(str(place)) as archive:
            for member in archive.infolist():
                if member.filename in files:
                    report.say("MEMBER_TWICE", member.filename)
                if member.file_size > LARGEST:
                    raise Unreadable(f"{member.filename} 过大 · too large")
                try:
                    files[member.filename] = archive.read(member)
                except (OSError, ValueError, RuntimeError, zipfile.BadZipFile, zlib.error) as error:
                    files[member.filename] = b""
                    report.say("MEMBER_DAMAGED", error)
    except (OSError, zipfile.BadZipFile) as error:
        raise Unreadable(f"{place}：{error}") from error
    return files


class Head:
    """检查点 · A signed note of C2SP: the log's name, its size and root, and who signed the text."""

    def __init__(self, note: str) -> None:
        """读 · Raises ValueError for what is no checkpoint."""
        text, gap, lines = note.rpartition("\n\n")
        self.origin, size, root = text.split("\n")[:3]
        self.size, self.root = int(size), base64.b64decode(root, validate=True)
        if not gap or not self.origin.startswith("safety/") or len(self.root) != 32 or self.size < 1:
            raise ValueError("no checkpoint")
        self._text = (text + "\n").encode()
        self._lines = [line.rpartition(" ") for line in lines.splitlines()]
        self.time = next((line[5:] for line in text.split("\n")[3:] if line.startswith("time ")), "")

    def signed_with(self, key: bytes) -> bool:
        """验签 · Whether one of its signatures is of this key."""
        name = _hash(self.origin.encode(), b"\n\x01", key)[:4]
        own = [base64.b64decode(encoded) for who, _, encoded in self._lines if who == f"— {self.origin}"]
        return any(each[:4] == name and signed_by(key, self._text, each[4:]) for each in own)


def check(files: dict[str, bytes], pinned: str | None, witness: Path | None, report: Report) -> None:
    """核验 · Everything that can be checked; findings and limits go to the report. Raises Unreadable."""
    if witness is not None and not witness.is_dir():
        raise Unreadable(f"没有见证文件夹 {witness} · no such folder")
    if "manifest.json" not in files:
        raise Unreadable("没有 manifest.json：不是履历压缩包 · no manifest: this is no exported trail")
    try:
        key = base64.b64decode(files["public-key.txt"].strip().split(b"+", 2)[2], validate=True)[1:]
        head = Head(files["checkpoint.txt"].decode())
        manifest = json.loads(files["manifest.json"].decode())
        _signatures(files, key, head, pinned, report)
        _statement(manifest, head, report)
        _files(manifest, files, report)
        proofs = json.loads(files.get("proofs.json", b"{}").decode())
        _events(manifest, files, proofs.get("inclusion", {}), report)
        _photos(manifest, files, report)
        same_size = head.size == manifest["size"]  # the proofs lead to no other
        _witnesses(witness, head, key, proofs.get("consistency", {}) if same_size else {}, report)
    except Exception as error:  # noqa: BLE001 — a forger writes what he likes
        report.say("MANIFEST_UNREADABLE", f"{type(error).__name__}: {error}")
    report.limits += [(code, "") for code in ("COMPLETE_AS_STATED", "LATER_EVENTS", "NOT_THE_TRUTH")]


def _signatures(files: dict[str, bytes], key: bytes, head: Head, pinned: str | None, report: Report) -> None:
    own = "sha256:" + _hash(X509, key).hex()
    report.facts.update(key=own, pinned=pinned is not None, checkpoint_time=head.time)
    if pinned is None:
        report.say("KEY_NOT_PINNED")
    elif re.sub("^sha256:|[: ]", "", pinned.lower()) != own[7:]:
        report.say("KEY_OTHER", own)
    if not signed_by(key, SIGNED + files["manifest.json"], base64.b64decode(files["manifest.sig"])):
        report.say("MANIFEST_SIGNATURE")
    if not head.signed_with(key):
        report.say("CHECKPOINT_SIGNATURE")


def _statement(manifest: dict[str, Any], head: Head, report: Report) -> None:
    report.facts.update({name: manifest[name] for name in STATED})
    stated = (manifest["form"], "safety/" + manifest["log"], manifest["size"], manifest["root"])
    if stated != (FORM, head.origin, head.size, head.root.hex()):
        report.say("CHECKPOINT_OTHER", f"{manifest['size']} / {head.size}")
    events = manifest["events"]
    if manifest["count"] != len(events):
        report.say("COUNT_OTHER", f"{manifest['count']} / {len(events)}")
    if [event["version"] for event in events] != list(range(1, len(events) + 1)):
        report.say("VERSION_GAP")
    places = [0, *(event["position"] for event in events), head.size + 1]
    if any(later <= earlier for earlier, later in zip(places, places[1:])):
        report.say("POSITION_ORDER")


def _files(manifest: dict[str, Any], files: dict[str, bytes], report: Report) -> None:
    listed = manifest["files"]
    for name in sorted(set(listed) - set(files)):
        report.say("EVENT_MISSING" if name.startswith("events/") else "FILE_MISSING", name)
    for name in sorted(set(files) - set(listed) - {"manifest.json", "manifest.sig"}):
        report.say("EVENT_EXTRA" if name.startswith("events/") else "FILE_EXTRA", name)
    for name in sorted(set(files) & set(listed)):
        if not name.startswith(("events/", "photos/")) and _hash(files[name]).hex() != listed[name]:
            report.say("PAGE_CHANGED" if name == "trail.html" else "FILE_CHANGED", name)


def _events(manifest: Any, files: dict[str, bytes], proofs: dict[str, Any], report: Report) -> None:
    leaves = {event["leaf"]: event["version"] for event in manifest["events"]}
    chain = None
    for event in manifest["events"]:
        name, leaf, position = event["file"], bytes.fromhex(event["leaf"]), event["position"]
        proof = [bytes.fromhex(each) for each in proofs.get(str(event["version"]), [])]
        if _root_through(leaf, position - 1, manifest["size"], proof).hex() != manifest["root"]:
            report.say("PROOF_OTHER", name)
        if chain is not None and chain[0] == position - 1 and _hash(chain[1], leaf).hex() != event["chain"]:
            report.say("CHAIN_OTHER", name)
        chain = (position, bytes.fromhex(event["chain"]))
        if name in files:
            _event(files[name], event, leaves, manifest, report)
        elif name not in manifest["files"]:
            report.say("EVENT_MISSING", name)


def _event(body: bytes, event: Any, leaves: dict[str, int], manifest: Any, report: Report) -> None:
    name, found = event["file"], _hash(b"\x00", body).hex()
    if found != event["leaf"] and found in leaves:
        report.say("EVENT_MOVED", f"{name}：其中是第 {leaves[found]} 条")
    elif found != event["leaf"]:
        report.say("EVENT_CHANGED", name)
    try:
        said = json.loads(body.decode())
        subject, version, number = said["subject"], said["version"], said["data"].get("number")
    except (ValueError, KeyError, TypeError, AttributeError):
        report.say("ENVELOPE_OTHER", f"{name}：无法解读")
        return
    if subject != f"hazard/{manifest['hazard']}":
        report.say("EVENT_OF_ANOTHER", f"{name}：{subject}")
    elif version != event["version"] or number not in (None, manifest["number"]):
        report.say("ENVELOPE_OTHER", name)


def _photos(manifest: dict[str, Any], files: dict[str, bytes], report: Report) -> None:
    bodies = b" ".join(files.get(event["file"], b"") for event in manifest["events"])
    named = set(re.findall(r'"(sha256:[0-9a-f]{64})"', bodies.decode(errors="replace")))
    if named != {photo["digest"] for photo in manifest["photos"]}:
        report.say("PHOTOS_OTHER")
    for photo in manifest["photos"]:
        content = files.get(photo["file"])
        if content is not None and "sha256:" + _hash(content).hex() != photo["digest"]:
            report.say("PHOTO_CHANGED", photo["file"])
    if any(photo["file"] is None for photo in manifest["photos"]):
        report.say("PHOTOS_NOT_INCLUDED")


def _witnesses(folder: Path | None, head: Head, key: bytes, proofs: Any, report: Report) -> None:
    """Heads of the same size must have the same root; of smaller ones the archive proves that they are its beginning."""
    known = {int(size): [bytes.fromhex(each) for each in proof] for size, proof in proofs.items()}
    known[head.size] = []
    heads = [] if folder is None else _heads(folder, head.origin)
    near = [one for one in heads if one.size in known][-MOST_HEADS:]
    if any(not one.signed_with(key) for one in near or heads[-1:]):
        report.say("WITNESS_OTHER_KEY")
    for one in near:
        if _roots_of(one.size, head.size, known[one.size], [one.root]) != (one.root, head.root):
            report.say("WITNESS_FORK", f"第 {one.size} 条时")
    if not near:
        report.say("FORK_NOT_CHECKED", "" if folder is None else "见证中没有可比对的检查点")
    elif near[-1].size < head.size:
        report.say("AFTER_WITNESS", near[-1].size)
    if heads and heads[-1].size > head.size:
        report.say("LATER_HEADS", heads[-1].size)
    report.facts["heads_compared"] = len(near)


def _heads(folder: Path, origin: str) -> list[Head]:
    """The checkpoints of a log in a folder, the smallest first; whatever else lies there is passed over."""
    found = []
    for path in folder.rglob("*"):
        try:
            head = Head(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        if head.origin == origin:
            found.append(head)
    return sorted(found, key=lambda head: head.size)


def verify(place: Path, pinned: str | None = None, witness: Path | None = None) -> tuple[int, Report]:
    """核验一份履历 · The exit status, and what was found."""
    report = Report()
    try:
        check(read(place, report), pinned, witness, report)
    except Unreadable as error:
        report.facts["unreadable"] = str(error)
        return CANNOT_READ, report
    return (1 if report.findings else 0), report


def told(status: int, report: Report) -> list[str]:
    """说明 · What a person reads: facts, findings, what cannot be told, and the verdict."""
    if status == CANNOT_READ:
        return [f"无法读取 cannot be read：{report.facts['unreadable']}"]
    found = [f"[X] {code}  {FINDINGS[code]}  {where}" for code, where in report.findings]
    limits = [f"[!] {code}  {LIMITS[code]}  {where}" for code, where in report.limits]
    verdict = f"发现 {len(found)} 处改动 · tampering found" if found else "未发现改动 · no tampering found"
    facts = [f"{LABELS[name]} {name}：{value}" for name, value in report.facts.items()]
    lines = [*facts, *found, *limits, f"结论：{verdict}"]
    return ["".join(c if c.isprintable() else "\ufffd" for c in line) for line in lines]


def main() -> int:
    """命令 · Reads the command line, prints what was found, gives the exit status."""
    here = Path(__file__).resolve().parent
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("trail", nargs="?", type=Path, default=here, help="trail.zip 或文件夹 · or a folder")
    parser.add_argument("--key", metavar="FINGERPRINT", help="所固定的公钥指纹 · the fingerprint to pin")
    parser.add_argument("--witness", metavar="DIR", type=Path, help="见证文件夹 · witnessed heads")
    parser.add_argument("--json", action="store_true", help="以 JSON 输出 · for machines")
    given = parser.parse_args()
    status, report = verify(given.trail, given.key, given.witness)
    said = "\n".join(told(status, report))
    if given.json:
        listed = {"findings": report.findings, "limits": report.limits}
        said = json.dumps({"status": status, **report.facts, **listed}, ensure_ascii=False, indent=2)
    sys.stdout.buffer.write((said + "\n").encode(sys.stdout.encoding or "utf-8", "replace"))
    return status


if __name__ == "__main__":
    sys.exit(main())
