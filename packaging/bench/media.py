"""Writes a zip as an import takes it: lines of messages, and the files that some of them name.

    python3 packaging/bench/media.py chat.zip --messages 100000 --bytes 2G
    xinju import wecom chat.zip
    xinju evidence export --query 'after:2021-02-28 before:2021-03-31' --out package.zip

The lines have the shape of packaging/demo/wecom-hospitality.ndjson.zst and lie evenly between 2021-03-01 and 2021-03-29 (UTC), days on
which nothing of the demonstration lies, so that one question about those days takes exactly these messages. Files are 20 KB to 2 MB, small ones
more often, and one of each 200 is 30 MB: pictures (PNG of noise that can be looked at), voices, videos and documents of random bytes, in the zip
without being packed. The same arguments make the same zip, byte for byte. Needs Python 3.9 and nothing else.
"""

import argparse
import datetime
import hashlib
import json
import random
import struct
import zipfile
import zlib

BEGIN = int(datetime.datetime(2021, 3, 1, tzinfo=datetime.timezone.utc).timestamp() * 1000)
DAYS = 28
DAY = 86_400_000
SMALLEST, LARGEST, HUGE = 20_000, 2_000_000, 30_000_000
HUGE_EACH = 200
WIDTH = 640
WORDS = "您好 请问 明天 合同 发票 付款 收到 谢谢 客户 报价 会议 确认 地址 电话 方案 周五 下午 尽快 附件 查收".split()
UNITS = {"K": 10**3, "M": 10**6, "G": 10**9}


def quantity(text):
    unit = UNITS.get(text[-1:].upper())
    return int(float(text[:-1]) * unit) if unit else int(text)


def png(noise, size):
    """A picture of noise of about `size` bytes."""
    chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    row = 3 * WIDTH
    height = max(1, size // (row + 1))
    pixels = noise.randbytes(row * height)
    rows = b"".join(b"\0" + pixels[at : at + row] for at in range(0, len(pixels), row))
    head = struct.pack(">IIBBBBB", WIDTH, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows, 0)) + chunk(b"IEND", b"")


def files(noise, wanted):
    """Files until they have so many bytes: (kind, ending, content)."""
    kinds = ("image", "png"), ("image", "png"), ("image", "png"), ("voice", "amr"), ("file", "pdf"), ("video", "mp4")
    total, count = 0, 0
    while total < wanted:
        count += 1
        kind, ending = noise.choice(kinds)
        size = int(SMALLEST * (LARGEST / SMALLEST) ** noise.random())
        if count % HUGE_EACH == 0:
            kind, ending, size = "video", "mp4", HUGE
        size = max(1_000, min(size, wanted - total))
        content = png(noise, size) if kind == "image" else noise.randbytes(size)
        total += len(content)
        yield kind, ending, content


def body(noise, named):
    """What a message says: the file that it names, or words."""
    if named is None:
        return "text", {"content": "，".join(noise.choices(WORDS, k=noise.randint(3, 30))) + "。"}
    kind, ending, md5, size = named
    about = {"md5sum": md5, "sdkfileid": "x" * 64}
    if kind == "voice":
        return kind, {**about, "voice_size": size, "play_length": 1 + size // 1_600}
    if kind == "file":
        return kind, {**about, "filesize": size, "filename": f"{md5[:8]}.{ending}", "fileext": ending}
    return kind, {**about, "filesize": size}


def line(noise, number, messages, named):
    """A message: one of a member of staff and a customer, or in a group."""
    sent = BEGIN + DAYS * DAY * number // messages
    staff, customer = f"staff{noise.randrange(50):03}", f"wm{noise.randrange(2_000):030x}"
    pair = [staff, customer] if noise.random() < 0.5 else [customer, staff]
    room = f"wr{noise.randrange(100):030x}" if noise.random() < 0.2 else ""
    kind, content = body(noise, named)
    message = {
        "msgid": f"{noise.getrandbits(63)}_{sent}_external", "action": "send", "from": pair[0], "tolist": pair[1:],
        "roomid": room, "msgtime": sent, "msgtype": kind, kind: content,
    }
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def entry(name):
    """A file of the zip: its time is the same each time."""
    info = zipfile.ZipInfo(name, (2021, 3, 31, 0, 0, 0))
    info.external_attr = 0o600 << 16
    return info


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("zip")
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--bytes", type=quantity, default=quantity("100M"), help="of files together, such as 500M or 2G")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    noise = random.Random(given.seed)
    named = []
    with zipfile.ZipFile(given.zip, "w", zipfile.ZIP_STORED) as archive:
        for kind, ending, content in files(noise, given.bytes):
            if len(named) == given.messages:
                parser.error("too few messages to name so many files")
            md5 = hashlib.md5(content).hexdigest()
            archive.writestr(entry(f"media/{md5}.{ending}"), content)
            named.append((kind, ending, md5, len(content)))
        places = dict(places_of(noise, given.messages, named))
        with archive.open(entry("messages.ndjson"), "w", force_zip64=True) as lines:
            for number in range(given.messages):
                lines.write(line(noise, number, given.messages, places.get(number)))
    total = sum(size for _, _, _, size in named)
    print(f"{given.messages} messages, {len(named)} files of {total} bytes")


def places_of(noise, messages, named):
    """Which message names which file."""
    return zip(sorted(noise.sample(range(messages), len(named))), named)


main()
