package dev.symbolon.page;

import dev.symbolon.web.Answer;
import dev.symbolon.web.Endpoint;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/// The few files that are served as they are, read and compressed once: the mark, the script of one page, and the
/// browser SDK.
public final class StaticFiles {
    private static final int SDK_MAX_AGE_SECONDS = 300;
    private static final int ASSET_MAX_AGE_SECONDS = 31_536_000;
    private static final Pattern WEIGHT = Pattern.compile("\\s*q\\s*=\\s*([01](?:\\.[0-9]{0,3})?)\\s*");

    private StaticFiles() {}

    /// What answers at each of their paths.
    public static Map<String, Endpoint> all() {
        return Map.of(
                "/static/mark.svg", asset("mark.svg"),
                "/static/form-post.js", asset("form-post.js"),
                "/static/dashboard.css", asset("dashboard.css"),
                "/static/dashboard.js", asset("dashboard.js"),
                "/static/htmx.js", asset("htmx.js"),
                "/favicon.ico", asset("mark.svg"),
                "/sdk/auth.js", file("text/javascript; charset=utf-8", bytes(sdk()), SDK_MAX_AGE_SECONDS),
                "/robots.txt", file("text/plain", bytes("User-agent: *\nDisallow: /\n"), 3_600));
    }

    private static String sdk() {
        return withoutComments(new String(read("/sdk/index.js"), StandardCharsets.UTF_8));
    }

    /// A JavaScript module without the lines that are only comment, without empty lines and without indentation.
    /// What remains is the same program: no line is joined with another, and nothing within a line is touched.
    ///
    /// A text of several lines would lose its indentation. Where a line could begin one (an open template, a line
    /// that goes on in the next, a comment beside code), the module comes back as it is.
    static String withoutComments(String module) {
        var out = new StringBuilder(module.length());
        var isComment = false;
        for (var line : module.lines().map(String::stripLeading).toList()) {
            if (isComment || line.startsWith("/*")) {
                var end = line.indexOf("*/", isComment ? 0 : 2);
                isComment = end < 0;
                if (!isComment && !line.substring(end + 2).isBlank()) {
                    return module;
                }
            } else if (!line.isEmpty() && !line.startsWith("//")) {
                if (line.contains("/*")
                        || line.endsWith("\\")
                        || line.chars().filter(c -> c == '`').count() % 2 != 0) {
                    return module;
                }
                out.append(line).append('\n');
            }
        }
        return isComment ? module : out.toString();
    }

    // The pages link to an asset by its content, so it may be kept for ever.
    private static Endpoint asset(String name) {
        var asset = Pages.asset(name).orElseThrow();
        return file(asset.contentType(), asset.bytes(), ASSET_MAX_AGE_SECONDS);
    }

    // Compressed only where that is shorter. There is no secret in these files that their length could betray.
    private static Endpoint file(String contentType, byte[] bytes, int maxAgeSeconds) {
        var compressed = gzip(bytes);
        if (compressed.length >= bytes.length) {
            return representation(Answer.cacheable(contentType, bytes, maxAgeSeconds));
        }
        var plain = representation(
                Answer.cacheable(contentType, bytes, maxAgeSeconds).with("Vary", "Accept-Encoding"));
        var small = representation(Answer.cacheable(contentType, compressed, maxAgeSeconds)
                .with("Vary", "Accept-Encoding")
                .with("Content-Encoding", "gzip"));
        return call -> (takesGzip(call.header("accept-encoding").orElse("")) ? small : plain).answer(call);
    }

    // RFC 9110 §8.8.3.3: each encoding of a file is a representation of its own and has its own tag.
    private static Endpoint representation(Answer bare) {
        var etag = '"' + HexFormat.of().formatHex(sha256(bare.body()), 0, 12) + '"';
        var whole = bare.with("ETag", etag).with("Cross-Origin-Resource-Policy", "cross-origin");
        // RFC 9110 §15.4.5: what describes the body stays at home with it.
        var kept = whole.headers().stream()
                .filter(header -> !header.name().startsWith("Content-"))
                .toList();
        var unchanged = new Answer(304, kept, new byte[0]);
        return call ->
                call.header("if-none-match").filter(tags -> names(tags, etag)).isPresent() ? unchanged : whole;
    }

    // RFC 9110 §13.1.2: a list, compared weakly.
    private static boolean names(String tags, String etag) {
        return Arrays.stream(tags.split(","))
                .map(String::strip)
                .anyMatch(tag -> tag.equals("*") || tag.equals(etag) || tag.equals("W/" + etag));
    }

    /// Whether a client that sends this `Accept-Encoding` takes gzip, and not rather the plain file (RFC 9110
    /// §12.5.3: a weight of 0 is a refusal, `*` stands for what is not named).
    static boolean takesGzip(String acceptEncoding) {
        var weights = new HashMap<String, Double>();
        for (var one : acceptEncoding.toLowerCase(Locale.ROOT).split(",")) {
            var parts = one.split(";", 2);
            weights.merge(parts[0].strip(), parts.length < 2 ? 1 : weight(parts[1]), Math::min);
        }
        var others = weights.getOrDefault("*", 0.0);
        var gzip = weights.getOrDefault("gzip", weights.getOrDefault("x-gzip", others));
        return gzip > 0 && gzip >= weights.getOrDefault("identity", 0.0);
    }

    private static double weight(String parameter) {
        var weight = WEIGHT.matcher(parameter);
        return weight.matches() ? Double.parseDouble(weight.group(1)) : 0;
    }

    private static byte[] gzip(byte[] bytes) {
        var out = new ByteArrayOutputStream(bytes.length);
        try (var gzip = new GZIPOutputStream(out) {
            {
                def.setLevel(Deflater.BEST_COMPRESSION);
            }
        }) {
            gzip.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256.", e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] read(String resource) {
        try (var in = Objects.requireNonNull(StaticFiles.class.getResourceAsStream(resource), resource)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
