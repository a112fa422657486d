"""The official letter that officers bring: one page of PDF with its lines and a round red stamp."""

from collections.abc import Sequence

_LATIN = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
_CHINESE = (
    b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [ << "
    b"/Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light "
    b"/CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> "
    b"/FontDescriptor << /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] "
    b"/ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >> >> ] >>"
)
"""A font that readers of PDF bring along for Chinese; embedding one would take megabytes."""
# A circle of radius 45 as four Bézier curves, round (440, 470).
_STAMP = (
    b"0.8 0.1 0.1 RG 3 w 485 470 m 485 494.9 464.9 515 440 515 c 415.1 515 395 494.9 395 470 c "
    b"395 445.1 415.1 425 440 425 c 464.9 425 485 445.1 485 470 c S"
)


def letter(lines: Sequence[str]) -> bytes:
    """A page with a heading, then the other lines, in Latin or Chinese script."""
    latin = all(line.isascii() for line in lines)
    shown = [b"BT /F 20 Tf 32 TL 70 740 Td", _string(lines[0], latin), b"Tj T* /F 12 Tf 22 TL T*"]
    for line in lines[1:]:
        shown += [_string(line, latin), b"Tj T*"]
    content = b" ".join([*shown, b"ET", _STAMP])
    return _document(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        _LATIN if latin else _CHINESE,
    )


def _string(text: str, latin: bool) -> bytes:
    return f"<{text.encode('ascii' if latin else 'utf-16-be').hex()}>".encode()


def _document(*objects: bytes) -> bytes:
    """The objects, numbered from 1 with the catalogue first, with the table that says where each begins."""
    made, places = b"%PDF-1.4\n", []
    for number, thing in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, thing)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return (
        made
        + b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table)
        + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(made))
    )
