package dev.symbolon.tenant;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// Small pictures for tests.
public final class Pictures {
    private static final String NAMESPACE = "http://www.w3.org/2000/svg";

    /// A drawing with everything in it that would run in a page.
    public static final byte[] SVG = svg("<svg xmlns='%s' viewBox='0 0 120 40' width='120' height='40'"
            + " onload='document.title=\"ran\"'><script>document.title='ran'</script>"
            + "<rect width='120' height='40' rx='8' fill='#6A1B9A'/></svg>");

    private Pictures() {}

    /// A document; `%s` is the namespace of SVG.
    public static byte[] svg(String text) {
        return text.replace("%s", NAMESPACE).getBytes(StandardCharsets.UTF_8);
    }

    /// The beginning of a PNG of that size.
    public static byte[] png(int width, int height) {
        var one = Base64.getDecoder()
                .decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
                        + "+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");
        ByteBuffer.wrap(one).putInt(16, width).putInt(20, height);
        return one;
    }

    /// The beginning of a WebP.
    ///
    /// @param at where its size stands
    public static byte[] webp(String kind, int at, int size) {
        var bytes = ByteBuffer.allocate(30).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(0, "RIFF".getBytes(StandardCharsets.US_ASCII));
        bytes.put(8, ("WEBP" + kind).getBytes(StandardCharsets.US_ASCII));
        return bytes.putInt(at, size).array();
    }

    /// A WebP of one pixel.
    public static byte[] webp() {
        return Base64.getDecoder().decode("UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA");
    }
}
