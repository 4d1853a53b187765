"""Messages with pictures for packages: they arrive in a zip, as whoever runs an archive would send them."""

import hashlib
import json
import random
import struct
import zipfile
import zlib

from sealed import must, xinju
from withheld import holds

SIDE = 48
# 2025-01-02, among the days of the demo.
SENT = 1_735_776_000_000


def png(seed):
    """A picture of noise."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    noise = random.Random(seed)
    rows = b"".join(b"\0" + noise.randbytes(3 * SIDE) for _ in range(SIDE))
    head = struct.pack(">IIBBBBB", SIDE, SIDE, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def message(number, words, picture):
    """A message of words and a picture, of which it says what WeCom says."""
    named = {"md5sum": hashlib.md5(picture).hexdigest(), "filesize": len(picture), "sdkfileid": "x"}
    parts = [("text", {"content": words}), ("image", named)]
    item = [{"type": kind, "content": json.dumps(part, ensure_ascii=False)} for kind, part in parts]
    told = {
        "msgid": f"pictured-{number}", "action": "send", "from": "staff018", "tolist": [f"wmpictured{number}"], "roomid": "",
        "msgtime": SENT + number, "msgtype": "mixed", "mixed": {"item": item},
    }
    return json.dumps(told, ensure_ascii=False) + "\n"


def arrive(data, room, *all_words):
    """Puts a message with a picture into the archive for each of the words."""
    pictures = [png(number) for number in range(len(all_words))]
    file = room / "pictured.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, picture in enumerate(pictures):
            archive.writestr(f"{number}.png", picture)
        archive.writestr("chat.ndjson", "".join(map(message, range(len(all_words)), all_words, pictures)))
    must(xinju("import", "wecom", file, "--data", data))


def apart(folder, other):
    """Whether each package has a picture, and none of the other's bytes."""
    theirs = [path.read_bytes() for path in (other / "data/media").iterdir()]
    stretches = [content[place : place + 64] for content in theirs for place in range(64, len(content) - 64, 64)]
    return any((folder / "data/media").iterdir()) and bool(stretches) and not holds(folder, stretches)
