package dev.symbolon.tenant;

import dev.symbolon.oauth.Branding.Format;
import dev.symbolon.oauth.Branding.Logo;
import dev.symbolon.oauth.OAuthError;
import dev.symbolon.oauth.OAuthException;
import dev.symbolon.page.Pages;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/// Which pictures can be a logo. What a picture is, its bytes say, not its name.
public final class Logos {
    /// The largest logo.
    public static final int MAX_BYTES = 48 * 1_024;

    private static final int SIDE_MAX_PIXELS = 4_096;
    private static final byte[] PNG = {
        (byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n', 0, 0, 0, 13, 'I', 'H', 'D', 'R'
    };
    private static final int PNG_LEAST_BYTES = 33;
    private static final int WEBP_LEAST_BYTES = 30;
    private static final int SIDE_BITS = 0x3FFF;
    private static final String SVG_NAMESPACE = "http://www.w3.org/2000/svg";

    private Logos() {}

    /// The logo that these bytes are.
    ///
    /// @throws OAuthException `invalid_request` when they are none, or too many
    public static Logo of(byte[] bytes) {
        if (bytes.length > MAX_BYTES) {
            throw refused("A logo has at most " + MAX_BYTES / 1_024 + " KiB; this one has "
                    + (bytes.length + 1_023) / 1_024 + " KiB.");
        }
        var format = format(bytes)
                .orElseThrow(() -> refused("A logo is a PNG, a WebP or an SVG; these bytes are none of them."));
        return new Logo(format, Pages.fingerprint(bytes));
    }

    private static Optional<Format> format(byte[] bytes) {
        if (bytes.length >= PNG_LEAST_BYTES && startsWith(bytes, 0, PNG)) {
            var header = ByteBuffer.wrap(bytes);
            if (!isSide(header.getInt(PNG.length)) || !isSide(header.getInt(PNG.length + Integer.BYTES))) {
                throw tooBig();
            }
            return Optional.of(Format.PNG);
        }
        if (bytes.length >= WEBP_LEAST_BYTES
                && startsWith(bytes, 0, ascii("RIFF"))
                && startsWith(bytes, 8, ascii("WEBPVP8"))) {
            requireSides(bytes);
            return Optional.of(Format.WEBP);
        }
        return isSvg(bytes) ? Optional.of(Format.SVG) : Optional.empty();
    }

    // RFC 9649 §2.5 to §2.7: where the three kinds of it say how many pixels they are wide and high.
    private static void requireSides(byte[] bytes) {
        var header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        var isGood = switch (bytes[15]) {
            case 'X' -> isSide((header.getInt(24) & 0xFFFFFF) + 1) && isSide((header.getInt(26) >>> 8) + 1);
            case 'L' -> {
                var sides = header.getInt(21);
                yield isSide((sides & SIDE_BITS) + 1) && isSide((sides >>> 14 & SIDE_BITS) + 1);
            }
            default -> isSide(header.getShort(26) & SIDE_BITS) && isSide(header.getShort(28) & SIDE_BITS);
        };
        if (!isGood) {
            throw tooBig();
        }
    }

    private static OAuthException tooBig() {
        return refused("A logo is at most " + SIDE_MAX_PIXELS + " pixels wide and high.");
    }

    private static boolean isSide(int pixels) {
        return pixels >= 1 && pixels <= SIDE_MAX_PIXELS;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static boolean startsWith(byte[] bytes, int at, byte[] beginning) {
        return Arrays.equals(bytes, at, at + beginning.length, beginning, 0, beginning.length);
    }

    // The whole of it is read, so that what browsers would show as an error is refused here. Nothing is loaded, and
    // entities, which could make much of little, are not known.
    private static boolean isSvg(byte[] bytes) {
        var factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
        try {
            var reader = factory.createXMLStreamReader(new ByteArrayInputStream(bytes));
            try {
                return isSvg(reader);
            } finally {
                reader.close();
            }
        } catch (XMLStreamException | RuntimeException _) {
            return false;
        }
    }

    private static boolean isSvg(XMLStreamReader reader) throws XMLStreamException {
        var root = Optional.<Boolean>empty();
        while (reader.hasNext()) {
            switch (reader.next()) {
                case XMLStreamConstants.START_ELEMENT -> {
                    if (root.isEmpty()) {
                        root = Optional.of(
                                reader.getLocalName().equals("svg") && SVG_NAMESPACE.equals(reader.getNamespaceURI()));
                    }
                }
                case XMLStreamConstants.ENTITY_REFERENCE -> {
                    return false;
                }
                default -> {}
            }
        }
        return root.orElse(false);
    }

    private static OAuthException refused(String sentence) {
        return new OAuthException(OAuthError.INVALID_REQUEST, sentence);
    }
}
