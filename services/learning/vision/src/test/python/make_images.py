"""Image files in the variants that cameras and programs write, each with what Pillow makes of it.

Writes NAME and, next to it, NAME.rgb.png: the image as ImageOps.exif_transpose turns it, converted to RGB or grey.
Usage: make_images.py FOLDER
"""

import io
import pathlib
import struct
import sys
import zlib

from PIL import Image, ImageCms, ImageOps

FOLDER = pathlib.Path(sys.argv[1])
WIDTH, HEIGHT = 40, 24


def picture(mode="RGB", width=WIDTH, height=HEIGHT):
    """Smooth, so that every decoder of JPEG makes nearly the same of it, and alike on no two sides."""
    image = Image.new("RGB", (width, height))
    for y in range(height):
        for x in range(width):
            image.putpixel((x, y), (255 * x // width, 255 * y // height, 60 + (x + 2 * y) % 120))
    return image.convert(mode)


def jpeg(image, **options):
    out = io.BytesIO()
    image.save(out, "JPEG", quality=95, **{"subsampling": 0, **options})
    return out.getvalue()


def png(image, **options):
    out = io.BytesIO()
    image.save(out, "PNG", **options)
    return out.getvalue()


def exif(orientation, order):
    """A TIFF structure whose only tag is Orientation."""
    mark = b"II" if order == "<" else b"MM"
    return mark + struct.pack(order + "HIHHHIHHI", 42, 8, 1, 0x0112, 3, 1, orientation, 0, 0)


def with_segment(file, marker, data):
    """A JPEG file with one more segment, after its first."""
    at = 4 + int.from_bytes(file[4:6], "big")
    return file[:at] + bytes([0xFF, marker]) + (len(data) + 2).to_bytes(2, "big") + data + file[at:]


def with_chunk(file, kind, data):
    """A PNG file with one more chunk, after its header."""
    chunk = struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return file[:33] + chunk + file[33:]


def segment(file, marker):
    """Where a segment's marker stands."""
    return file.index(bytes([0xFF, marker]))


def without_segment(file, marker):
    at = segment(file, marker)
    return file[:at] + file[at + 2 + int.from_bytes(file[at + 2:at + 4], "big"):]


def patched(file, at, data):
    return file[:at] + data + file[at + len(data):]


def write(name, file, same_as=None):
    """Pillow is shown another file of the same pixels where it is stricter."""
    (FOLDER / name).write_bytes(file)
    image = ImageOps.exif_transpose(Image.open(io.BytesIO(same_as or file)))
    grey = image.mode in ("L", "1", "I;16", "I")
    if image.mode in ("I;16", "I"):
        image = image.point(lambda sample: sample / 257 + 0.5).convert("L")
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = Image.alpha_composite(Image.new("RGBA", image.size, (0, 0, 0, 255)), image.convert("RGBA"))
    (FOLDER / (name + ".rgb.png")).write_bytes(png(image.convert("L" if grey else "RGB")))


def orientations():
    for orientation in range(1, 9):
        for order, name in (("<", "little"), (">", "big")):
            block = exif(orientation, order)
            write(f"orientation-{orientation}-{name}.jpg",
                  with_segment(jpeg(picture()), 0xE1, b"Exif\0\0" + block))
            write(f"orientation-{orientation}-{name}.png", with_chunk(png(picture()), b"eXIf", block))
    write("orientation-6-grey.png", with_chunk(png(picture("L")), b"eXIf", exif(6, ">")))
    thumbnail = exif(6, "<")[:-4] + struct.pack("<I", 26) + struct.pack(
        "<HHHIIHHIII", 2, 0x0201, 4, 1, 56, 0x0202, 4, 1, 0, 0)
    small = jpeg(picture(width=8, height=6))
    thumbnail = patched(thumbnail, 48, struct.pack("<I", len(small)))
    write("orientation-6-thumbnail.jpg",
          with_segment(jpeg(picture()), 0xE1, b"Exif\0\0" + thumbnail + small))


def jpegs():
    colour = jpeg(picture())
    write("baseline.jpg", colour)
    write("progressive.jpg", jpeg(picture(), progressive=True))
    write("optimized.jpg", jpeg(picture(), optimize=True))
    write("4-2-2.jpg", jpeg(picture(), subsampling=1))
    write("4-2-0.jpg", jpeg(picture(), subsampling=2))
    write("progressive-4-2-0.jpg", jpeg(picture(), subsampling=2, progressive=True))
    write("grey.jpg", jpeg(picture("L")))
    write("grey-progressive.jpg", jpeg(picture("L"), progressive=True))
    write("restarts.jpg", jpeg(picture(), restart_marker_blocks=2))
    write("no-header.jpg", without_segment(colour, 0xE0))
    frame = segment(colour, 0xC0)
    rgb = colour
    for place, name in zip((frame + 10, frame + 13, frame + 16), b"RGB"):
        rgb = patched(rgb, place, bytes([name]))
    scan = segment(rgb, 0xDA)
    for place, name in zip((scan + 5, scan + 7, scan + 9), b"RGB"):
        rgb = patched(rgb, place, bytes([name]))
    write("components-r-g-b.jpg", without_segment(rgb, 0xE0))
    adobe = b"Adobe\0\x64\0\0\0\0"
    write("adobe-rgb.jpg", without_segment(with_segment(colour, 0xEE, adobe + b"\0"), 0xE0))
    write("adobe-ycc.jpg", without_segment(with_segment(colour, 0xEE, adobe + b"\1"), 0xE0))
    # What loses no pixels.
    write("no-end.jpg", colour[:-2], same_as=colour)
    write("half-an-end.jpg", colour[:-1], same_as=colour)
    progressive = jpeg(picture(), progressive=True)
    write("no-end-progressive.jpg", progressive[:-2], same_as=progressive)
    write("stray-before-end.jpg", colour[:-2] + bytes(5) + colour[-2:])
    tables = segment(colour, 0xC4)
    write("stray-before-tables.jpg", colour[:tables] + b"\0\1\2" + colour[tables:])
    write("fill-before-tables.jpg", colour[:tables] + b"\xff\xff" + colour[tables:])
    write("after-end.jpg", colour + b"more" * 100 + colour)
    write("scan-parameters.jpg", patched(colour, scan + 11, b"\0\0\0"))
    write("useless-profile.jpg", with_segment(colour, 0xE2, b"ICC_PROFILE\0\1\1" + b"useless" * 30))
    write("half-a-profile.jpg", with_segment(colour, 0xE2, b"ICC_PROFILE\0\1\2" + bytes(128)))
    write("damaged-exif.jpg", with_segment(colour, 0xE1, b"Exif\0\0II*\0\xff\xff\xff\x7f"))
    write("exif-of-garbage.jpg", with_segment(colour, 0xE1, b"Exif\0\0garbage"))
    # Swaps red and blue, where it is applied.
    write("profile.jpg", jpeg(picture(), icc_profile=lab_profile()))
    write("profile.png", png(picture(), icc_profile=lab_profile()))
    write("gamma.png", with_chunk(png(picture()), b"gAMA", struct.pack(">I", 100_000)))
    write("grey-gamma.png", with_chunk(png(picture("L")), b"gAMA", struct.pack(">I", 100_000)))
    # Four inks.
    cmyk = jpeg(inks())
    write("cmyk.jpg", cmyk)
    write("cmyk-progressive.jpg", jpeg(inks(), progressive=True))
    write("cmyk-without-adobe.jpg", without_segment(cmyk, 0xEE))
    at = segment(cmyk, 0xEE)
    write("ycck.jpg", patched(cmyk, at + 15, b"\2"))


def saved(image, kind, **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def others():
    """The other formats, and PNG in all its kinds."""
    still = {"save_all": True, "append_images": [Image.new("RGB", (WIDTH, HEIGHT))], "duration": 100}
    write("animated.png", png(picture(), **still))
    write("grey-alpha.png", png(alpha().convert("LA")))
    write("alpha.png", png(alpha()))
    write("palette.png", png(picture("P"), transparency=3))
    write("bitmap.png", png(picture("1")))
    write("16-bits.png", png(sixteen_bits()))
    write("colour.gif", saved(picture(), "GIF"))
    write("grey.gif", saved(picture("L"), "GIF"))
    write("transparent.gif", saved(picture("P"), "GIF", transparency=5))
    write("animated.gif", saved(picture(), "GIF", **still))
    # Pillow fills the rest of the canvas with the palette's first colour.
    canvas = Image.new("RGB", (WIDTH, HEIGHT))
    canvas.paste(picture(width=10, height=8).quantize(16).convert("RGB"), (5, 6))
    write("small-frame.gif", small_frame(), same_as=png(canvas))
    write("colour.bmp", saved(picture(), "BMP"))
    write("grey.bmp", saved(picture("L"), "BMP"))
    write("bitmap.bmp", saved(picture("1"), "BMP"))
    write("palette.bmp", saved(picture("P"), "BMP"))
    write("colour.tif", saved(picture(), "TIFF"))
    write("colour-lzw.tif", saved(picture(), "TIFF", compression="tiff_lzw"))
    write("alpha-deflate.tif", saved(alpha(), "TIFF", compression="tiff_adobe_deflate"))
    write("grey-packbits.tif", saved(picture("L"), "TIFF", compression="packbits"))
    write("palette.tif", saved(picture("P"), "TIFF"))
    write("fax.tif", saved(picture("1"), "TIFF", compression="group4"))
    write("16-bits.tif", saved(sixteen_bits(), "TIFF"))
    write("cmyk.tif", saved(inks(), "TIFF", compression="tiff_lzw"))
    # Releases of Pillow differ.
    upright = with_chunk(png(picture()), b"eXIf", exif(6, ">"))
    write("orientation-6.tif", saved(picture(), "TIFF", tiffinfo={274: 6}), same_as=upright)
    write("lossy.webp", saved(picture(), "WEBP", quality=90))
    write("lossless.webp", saved(picture(), "WEBP", lossless=True))
    write("alpha.webp", saved(alpha(), "WEBP", lossless=True, exact=True))
    write("alpha-lossy.webp", saved(alpha(), "WEBP", quality=90))
    write("orientation-6.webp",
          saved(picture(), "WEBP", lossless=True, exif=b"Exif\0\0" + exif(6, "<")))
    write("profile.webp", saved(picture(), "WEBP", lossless=True, icc_profile=lab_profile()))
    write("animated.webp", saved(picture(), "WEBP", lossless=True, **still))
    write("colour.ppm", saved(picture(), "PPM"))
    write("grey.pgm", saved(picture("L"), "PPM"))
    write("bitmap.pbm", saved(picture("1"), "PPM"))


def alpha():
    image = picture("RGBA")
    image.putalpha(Image.frombytes("L", (WIDTH, HEIGHT), bytes(6 * i % 256 for i in range(WIDTH * HEIGHT))))
    return image


def sixteen_bits():
    samples = b"".join(struct.pack("<H", 67 * i % 65536) for i in range(WIDTH * HEIGHT))
    return Image.frombytes("I;16", (WIDTH, HEIGHT), samples)


def small_frame():
    """A frame of 10 x 8 on a canvas of 40 x 24."""
    file = bytearray(saved(picture(width=10, height=8).quantize(16), "GIF"))
    file[6:10] = struct.pack("<HH", WIDTH, HEIGHT)
    at = file.index(b",")
    file[at + 1:at + 5] = struct.pack("<HH", 5, 6)
    return bytes(file)


def refused():
    """What is refused by name."""
    folder = FOLDER / "refused"
    folder.mkdir(exist_ok=True)
    pages = saved(picture(), "TIFF", save_all=True, append_images=[picture("L")])
    (folder / "pages.tif").write_bytes(pages)
    (folder / "jpeg.tif").write_bytes(saved(picture(), "TIFF", compression="jpeg"))
    (folder / "float.tif").write_bytes(saved(picture("F"), "TIFF"))
    (folder / "raw.tif").write_bytes(saved(picture(), "TIFF", tiffinfo={254: 1}))


def inks():
    image = Image.new("CMYK", (WIDTH, HEIGHT))
    for y in range(HEIGHT):
        for x in range(WIDTH):
            image.putpixel((x, y), (255 * x // WIDTH, 255 * y // HEIGHT, 4 * x + y, 3 * y + x))
    return image


def lab_profile():
    """A profile that makes other colours of the samples, where it is applied: sRGB with red and blue exchanged."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    tags = int.from_bytes(profile[128:132], "big")
    for tag in range(132, 132 + 12 * tags, 12):
        name = bytes(profile[tag:tag + 4])
        if name == b"rXYZ":
            profile[tag:tag + 4] = b"bXYZ"
        elif name == b"bXYZ":
            profile[tag:tag + 4] = b"rXYZ"
    return bytes(profile)


FOLDER.mkdir(parents=True, exist_ok=True)
orientations()
jpegs()
others()
refused()
